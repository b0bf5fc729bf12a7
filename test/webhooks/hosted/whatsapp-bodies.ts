/** Bodies as WhatsApp's Cloud API sends them. */

const ownNumber = '15550783881'
const since = 1_789_928_000

/** What people write: long and short, with letters of one, two and three bytes, and with emoji. */
const texts = [
  'Hôm qua mình đặt 2 hộp trà sen 🍵, khi nào thì giao tới Quận 3 vậy shop?',
  'Good morning, could you tell me whether my order has left the warehouse yet?',
  'ok',
  'Dạ em đã nhận đơn rồi ạ, bên em giao trong ngày mai, chị để ý điện thoại giúp em nhé. Cảm ơn chị!',
  'The parcel came open, and one of the two cups is broken. I can send you photos. What should I do now?',
] as const

export interface HistorySize {
  readonly messages: number
  readonly threads: number
  readonly phoneNumberId: string
}

/** A body of the field `history`. In each thread the customer and the business write in turns. */
export function historyBody({ messages, threads, phoneNumberId }: HistorySize): string {
  const perThread = messages / threads
  const thread = (nth: number) => {
    const id = `849${String(nth).padStart(8, '0')}`
    return {
      id,
      messages: Array.from({ length: perThread }, (_, index) => ({
        from: index % 2 === 0 ? id : ownNumber,
        id: messageId('past', nth * perThread + index),
        timestamp: String(since + nth * perThread + index),
        type: 'text',
        text: { body: texts[index % texts.length] },
        history_context: { status: index % 3 === 0 ? 'READ' : 'DELIVERED' },
      })),
    }
  }
  const history = [
    { metadata: { phase: 1, chunk_order: 1, progress: 40 }, threads: Array.from({ length: threads }, (_, nth) => thread(nth)) },
  ]
  return bodyOf([{ field: 'history', value: { ...head(phoneNumberId), history } }])
}

/** One message that a customer has just sent. */
export interface SentMessage {
  readonly phoneNumberId: string
  readonly from: string
  readonly messageId: string
}

/** A body with new messages, each under the inbox that it was sent to. */
export function liveBody(messages: readonly SentMessage[]): string {
  const inboxes = [...new Set(messages.map(({ phoneNumberId }) => phoneNumberId))]
  return bodyOf(
    inboxes.map((inbox) => {
      const theirs = messages.filter(({ phoneNumberId }) => phoneNumberId === inbox)
      const contacts = [...new Set(theirs.map(({ from }) => from))].map((from) => ({ wa_id: from, profile: { name: `Lan ${from}` } }))
      const said = theirs.map(({ from, messageId }, index) => ({
        from,
        id: messageId,
        timestamp: String(since + index),
        type: 'text',
        text: { body: texts[index % texts.length] },
      }))
      return { field: 'messages', value: { ...head(inbox), contacts, messages: said } }
    }),
  )
}

/** An id as long as those of WhatsApp. */
export function messageId(run: string, nth: number): string {
  return `wamid.${Buffer.from(`${run} ${nth}`.padEnd(40, '.')).toString('base64url')}`
}

function head(phoneNumberId: string) {
  return { messaging_product: 'whatsapp', metadata: { display_phone_number: ownNumber, phone_number_id: phoneNumberId } }
}

function bodyOf(changes: readonly object[]): string {
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '102290129340398', changes }] })
}
