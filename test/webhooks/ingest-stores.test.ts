import { beforeEach, describe, expect, test } from 'vitest'
import { type ConversationStore, ConversationStoreError, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import {
  createWebhookHandler,
  type DisplayedInbox,
  dialog360,
  ingestEvent,
  ingestWebhook,
  messenger,
  type NamedInbox,
  type StoreOf,
  telegram,
  type WebhookStore,
  whatsapp,
} from '../../src/webhooks/index.js'
import { body, noon, page, text } from './bodies.js'
import { appSecret, heardLogger, signedPost } from './handler/signed-post.js'

const other = '207118822910042'
const twoPages = {
  object: 'page',
  entry: [
    ...body(text('m_1'), text('m_2')).entry,
    { id: other, time: noon, messaging: [text('m_3', { oaId: other }), text('m_4', { oaId: other })] },
    ...body(text('m_5')).entry,
  ],
}

/** A store of one tenant, whose account `main` has connected an inbox. */
async function tenant(oaId: string, channel = 'messenger'): Promise<ConversationStore> {
  const store = createConversationStore({ adapter: memory() })
  await store.migrate()
  await store.forAccount('main').connectInbox({ oaId, channel })
  return store
}

const stored = async (store: ConversationStore) =>
  (await store.forAccount('main').listConversations({})).items.map(({ oaId, lastSeq }) => [oaId, lastSeq])

const away = new ConversationStoreError('UNAVAILABLE', { attempts: 3 })

let red: ConversationStore
let blue: ConversationStore
beforeEach(async () => {
  red = await tenant(page)
  blue = await tenant(other)
})

/** The tenants' stores by page, and what was asked. */
function tenantsBy(stores: Readonly<Record<string, WebhookStore | Error | null>>) {
  const asked: DisplayedInbox[] = []
  const storeOf: StoreOf = async (inbox) => {
    asked.push(inbox)
    const found = stores[inbox.oaId] ?? null
    if (found instanceof Error) throw found
    return found
  }
  return { asked, storeOf }
}

describe('a store for each tenant', () => {
  test('gets its own part of a body, and each inbox is asked for once', async () => {
    const { asked, storeOf } = tenantsBy({ [page]: red, [other]: blue })
    const report = await ingestWebhook(storeOf, messenger, twoPages)
    expect(report).toMatchObject({ outcome: 'ingested', stored: 5, unknownInboxes: [] })
    expect(asked).toEqual([page, other].map((oaId) => ({ channel: 'messenger', oaId, displayPhone: null })))
    expect([await stored(red), await stored(blue)]).toEqual([[[page, 3]], [[other, 2]]])
    expect(await ingestWebhook(storeOf, messenger, twoPages)).toMatchObject({ stored: 0, duplicates: 5 })
  })

  test('is nobody’s where there is none, and where its own accounts have not connected the inbox', async () => {
    for (const owner of [null, await tenant('another')]) {
      const unknown: NamedInbox[] = []
      const { storeOf } = tenantsBy({ [page]: red, [other]: owner })
      const report = await ingestWebhook(storeOf, messenger, twoPages, { unknownInbox: (inbox) => void unknown.push(inbox) })
      expect(report).toMatchObject({ outcome: 'partial', unknownInboxes: [other] })
      expect(unknown).toEqual([{ channel: 'messenger', oaId: other }])
    }
    expect([await stored(red), await stored(blue)]).toEqual([[[page, 3]], []])
  })

  test('may go together with a table of the host’s own that says which account has an inbox', async () => {
    const { storeOf } = tenantsBy({ [page]: red, [other]: blue })
    await ingestWebhook(storeOf, messenger, twoPages, { ownerOf: ({ oaId }) => (oaId === page ? 'main' : null) })
    expect([await stored(red), await stored(blue)]).toEqual([[[page, 3]], []])
  })

  test('that is away costs no other tenant its part, and the body comes again', async () => {
    const failing: WebhookStore = { findInboxOwner: () => Promise.reject(away), forAccount: () => Promise.reject(away) as never }
    for (const broken of [failing, away]) {
      const { storeOf } = tenantsBy({ [page]: broken, [other]: blue })
      await expect(ingestWebhook(storeOf, messenger, twoPages)).rejects.toBe(away)
      expect([await stored(red), await stored(blue)]).toEqual([[], [[other, 2]]])
    }
    const { storeOf } = tenantsBy({ [page]: red, [other]: blue })
    expect(await ingestWebhook(storeOf, messenger, twoPages)).toMatchObject({ stored: 3, duplicates: 2 })
  })

  test('is asked for no second owner once it was away', async () => {
    let questions = 0
    const failing: WebhookStore = {
      forAccount: () => red.forAccount('main'),
      findInboxOwner: () => {
        questions += 1
        return Promise.reject(away)
      },
    }
    await expect(ingestWebhook(failing, messenger, twoPages)).rejects.toBe(away)
    expect(questions).toBe(1)
  })

  test('is found for one item of a body too', async () => {
    const { storeOf } = tenantsBy({ [page]: red, [other]: blue })
    for (const item of messenger.normalize(twoPages).items) await ingestEvent(storeOf, messenger, item)
    expect([await stored(red), await stored(blue)]).toEqual([[[page, 3]], [[other, 2]]])
  })

  test('is behind the handler: a tenant that is away is a 5xx, nobody’s inbox a 200', async () => {
    const { logger } = heardLogger()
    const answer = async (stores: Readonly<Record<string, WebhookStore | Error | null>>) => {
      const handle = createWebhookHandler({ store: tenantsBy(stores).storeOf, channel: messenger, secrets: appSecret, logger })
      return (await handle(signedPost(JSON.stringify(twoPages)))).status
    }
    expect(await answer({ [page]: red, [other]: away })).toBe(503)
    expect(await answer({ [page]: red, [other]: new Error('no such tenant') })).toBe(500)
    expect(await answer({ [page]: red, [other]: null })).toBe(200)
    expect(await answer({ [page]: red, [other]: blue })).toBe(200)
    expect([await stored(red), await stored(blue)]).toEqual([[[page, 3]], [[other, 2]]])
  })
})

describe('the number that WhatsApp displays', () => {
  const numbers = { one: '15550051310', two: '+1 555-005-1311' }
  const message = (id: string) => ({ id, from: '84901', timestamp: '1768000000', type: 'text', text: { body: id } })
  const change = (metadata: object, value: object) => ({ field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } })
  const bodyOf = (...changes: readonly object[]) => ({ object: 'whatsapp_business_account', entry: [{ id: 'waba', changes }] })

  test('goes to the host as it stands in the body, once for each inbox, whatever part of the body has it', async () => {
    const { asked, storeOf } = tenantsBy({})
    const status = { id: 'wamid.1', status: 'read', timestamp: '1768000001', recipient_id: '84901' }
    await ingestWebhook(
      storeOf,
      whatsapp,
      bodyOf(
        change({ phone_number_id: 'p1' }, { messages: [message('wamid.a')] }),
        change({ phone_number_id: 'p2', display_phone_number: numbers.two }, { statuses: [status] }),
        change({ phone_number_id: 'p1', display_phone_number: numbers.one }, { messages: [message('wamid.b')] }),
        change({ phone_number_id: 'p3', display_phone_number: '' }, { messages: [message('wamid.c')] }),
      ),
    )
    expect(asked).toEqual([
      { channel: 'whatsapp', oaId: 'p1', displayPhone: numbers.one },
      { channel: 'whatsapp', oaId: 'p2', displayPhone: numbers.two },
      { channel: 'whatsapp', oaId: 'p3', displayPhone: null },
    ])
  })

  test('stands at each kind of item that has one, and at none of another channel', () => {
    const metadata = { phone_number_id: 'p1', display_phone_number: numbers.one }
    const notice = {
      id: 'wamid.n',
      from: '84901',
      timestamp: '1768000000',
      type: 'system',
      system: { type: 'user_changed_number', new_wa_id: '84902' },
    }
    const handover = { recipient: metadata, sender: { phone_number: '84901' }, type: 'control_passed', timestamp: '1768000000' }
    const update = { user_id: { previous: 'VN.1', current: 'VN.2' }, wa_id: '84901' }
    const { items } = whatsapp.normalize(
      bodyOf(
        change(metadata, { messages: [message('wamid.a'), notice], statuses: [{ id: 'w', status: 'read', recipient_id: '84901' }] }),
        { field: 'messaging_handovers', value: handover },
        { field: 'user_id_update', value: { metadata, user_id_update: [update] } },
        { field: 'smb_message_echoes', value: { metadata, message_echoes: [{ ...message('wamid.e'), to: '84901' }] } },
        { field: 'history', value: { metadata, history: [{ threads: [{ id: '84901', messages: [message('wamid.h')] }] }] } },
      ),
    )
    const kinds = items.map(({ event, displayPhone }) => [event.type, displayPhone])
    expect(kinds.map(([, displayPhone]) => displayPhone)).toEqual(kinds.map(() => numbers.one))
    expect(kinds.map(([type]) => type)).toEqual([
      ...['message', 'identity_change', 'receipt', 'handover', 'identity_change', 'message', 'message'],
    ])
    const onPremise = dialog360.normalize({ contacts: [], messages: [message('m')] }, { oaId: 'own' }).items
    const update2 = { message: { message_id: 1, date: 1768000000, chat: { id: 7, type: 'private' }, from: { id: 7 }, text: 'hi' } }
    for (const item of [...onPremise, ...telegram.normalize(update2, { oaId: 'bot' }).items])
      expect(item).not.toHaveProperty('displayPhone')
    expect(onPremise).toHaveLength(1)
  })
})
