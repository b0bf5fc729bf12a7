import { field, readId, stringField } from '../fields.js'
import type { ItemContext } from '../item-context.js'

/** The inbox to which a part of a body belongs. */
export interface WhatsappInbox {
  /** The phone number id. The display number can change, and the id of the business account has many numbers. */
  readonly oaId: string
  /** The digits of its own number; null when the body does not say it. */
  readonly ownNumber: string | null
  /** The same number, letter by letter as the body says it. */
  readonly displayPhone: string | null
  readonly provider: string
  readonly standby: boolean
}

/** Who carries a body, and the inbox that the host names for bodies that name none. */
export interface WhatsappSource {
  readonly provider: string
  readonly oaId?: string | undefined
}

/** Reads the inbox of a change. A handover calls its metadata `recipient`. */
export function readInbox(value: unknown, { provider, oaId }: WhatsappSource): WhatsappInbox | null {
  const metadata = field(value, 'metadata') ?? field(value, 'recipient')
  const named = readId(field(metadata, 'phone_number_id'), 'phone_number_id')
  const own = named !== null && 'id' in named ? named.id : oaId
  if (own === undefined) return null
  const displayPhone = stringField(metadata, 'display_phone_number') || null
  const digits = displayPhone?.replace(/\D/g, '') ?? ''
  return { oaId: own, ownNumber: digits === '' ? null : digits, displayPhone, provider, standby: false }
}

/** What every item of an inbox has. */
export function ofInbox({
  oaId,
  standby,
  provider,
  displayPhone,
}: WhatsappInbox): Pick<ItemContext, 'oaId' | 'standby' | 'provider' | 'displayPhone'> {
  return { oaId, standby, provider, ...(displayPhone !== null && { displayPhone }) }
}
