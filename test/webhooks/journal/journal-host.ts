import { interceptedAdapter } from '../../../src/contract/intercepted-adapter.js'
import { createConversationStore } from '../../../src/index.js'
import { memory } from '../../../src/memory/index.js'
import { ConversationStoreError } from '../../../src/model/errors.js'
import { createWebhookHandler, messenger, type WebhookReport, workJournal } from '../../../src/webhooks/index.js'
import { appSecret, heardLogger, signedPost } from '../handler/signed-post.js'

/** An entry with a message to a page. */
export const text = (mid: string, page = 'page', more: object = {}) => ({
  id: page,
  time: 1_700_000_000_000,
  messaging: [
    { sender: { id: 'lan' }, recipient: { id: page }, timestamp: 1_700_000_000_000, message: { mid, text: `text of ${mid}` }, ...more },
  ],
})
/** A signed post of entries. */
export const post = (...entry: readonly object[]) => signedPost(JSON.stringify({ object: 'page', entry }))

/** A host whose database can be made to fail, and whose clock the test moves. */
export async function journalHost({ budgetMs }: { readonly budgetMs?: number } = {}) {
  const faults = { failsWith: null as ConversationStoreError | null, waits: null as Promise<unknown> | null, writes: 0 }
  const clock = { now: Date.UTC(2026, 0, 1) }
  const adapter = interceptedAdapter(memory(), async ({ name, send }) => {
    if (name !== 'upsertConversations') return send()
    faults.writes += 1
    await faults.waits
    if (faults.failsWith !== null) throw faults.failsWith
    return send()
  })
  const store = createConversationStore({ adapter, clock: () => new Date(clock.now), retry: { attempts: 1 } })
  await store.migrate()
  const accounts = { acme: store.forAccount('acme'), umbrella: store.forAccount('umbrella') }
  await accounts.acme.connectInbox({ oaId: 'page', channel: 'messenger' })
  await accounts.umbrella.connectInbox({ oaId: 'other page', channel: 'messenger' })
  const reports: WebhookReport[] = []
  const { lines, logger } = heardLogger()
  const handle = createWebhookHandler({
    store,
    channel: messenger,
    secrets: appSecret,
    journal: { retainDays: 7 },
    logger,
    onReport: (report) => void reports.push(report),
    ...(budgetMs !== undefined && { budgetMs }),
  })
  const kept = async (accountId: string | null) => (await store.forOperator().listWebhooks({ accountId })).items
  const texts = async (accountId: 'acme' | 'umbrella', oaId: string) => {
    const found = await accounts[accountId].findByOaAndCustomer({ oaId, customerId: 'lan' })
    return found === null ? [] : (await accounts[accountId].listMessages({ conversationId: found.id })).items.map((each) => each.text)
  }
  const work = (more: object = {}) => workJournal(store, { channels: [messenger], logger, ...more })
  return { ...accounts, store, faults, clock, handle, reports, lines, logger, kept, texts, work }
}

/** What a database says that is not there. */
export const away = new ConversationStoreError('UNAVAILABLE', { attempts: 1 })
