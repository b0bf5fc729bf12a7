// Shows the main job from start to end, on an embedded database in ./.data: `npm run demo`. Run it twice.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type Conversation,
  type ConversationStore,
  createConversationStore,
} from 'conversation-store'
import { ingestWebhook, messenger, type WebhookReport } from 'conversation-store/webhooks'
import { bodiesTable, conversationsTable, eventCounts } from './printing.js'

const inboxes = [
  { accountId: 'may-fashion', oaId: '317204988150023', name: 'Mây' },
  { accountId: 'may-fashion', oaId: '317204988150077', name: 'Mây Outlet' },
  { accountId: 'lantern-books', oaId: '442118730065510', name: 'Lantern Books' },
] as const
const lan = { oaId: inboxes[0].oaId, customerId: '7011000000000101' }
const afterClosing = { file: '12-after-closing.json', messageId: 'm_may_lan_05' }

const folder = fileURLToPath(new URL('.', import.meta.url))
const bodies = readdirSync(folder)
  .filter((file) => file.endsWith('.json') && file !== afterClosing.file)
  .toSorted()
const dataDir = './.data/demo'
if (!existsSync(dataDir)) console.log('creating embedded database (first run only)')
mkdirSync('./.data', { recursive: true })

const store = createConversationStore({ url: `pglite:${dataDir}` })
try {
  await store.migrate()
  for (const { accountId, ...inbox } of inboxes)
    await store.forAccount(accountId).connectInbox({ ...inbox, channel: 'messenger' })
  const known = await store
    .forAccount('may-fashion')
    .findMessage({ ...lan, messageId: afterClosing.messageId })
  await (known === null ? firstRun(store) : secondRun(store))
} finally {
  await store.close()
}

async function firstRun(store: ConversationStore): Promise<void> {
  await ingestBodies(store, bodies)
  print('The conversations', conversationsTable(await conversations(store), inboxes))
  const account = store.forAccount('may-fashion')
  // If an earlier first run was stopped right after closing, there is none to close, and this run goes on from there.
  const active = await account.findByOaAndCustomer(lan)
  if (active !== null)
    await account.closeConversation({ conversationId: active.id, expectedVersion: active.version })
  const reports = [await ingest(store, afterClosing.file)]
  print(
    `The conversation of ${lan.customerId} was closed; then the customer wrote again`,
    bodiesTable(reports),
  )
  print(
    'A second conversation has opened, and the first one stays as it was',
    conversationsTable(await conversations(store), inboxes),
  )
  console.log('\nRun it again: every event is known by then.')
}

async function secondRun(store: ConversationStore): Promise<void> {
  const before = await conversations(store)
  const reports = await ingestBodies(store, [...bodies, afterClosing.file])
  const after = await conversations(store)
  print('The conversations', conversationsTable(after, inboxes))
  const { changing, duplicates, unchanged } = eventCounts(reports)
  if (changing > 0 || JSON.stringify(before) !== JSON.stringify(after)) {
    console.log(
      `\nSomething changed: ${changing} events were new. Was the first run stopped half-way?`,
    )
    process.exitCode = 1
    return
  }
  console.log(`\nAll ${duplicates + unchanged} events were duplicates, and nothing changed.`)
  if (unchanged > 0)
    console.log(
      `Those without effect, ${unchanged} here, are receipts that had nothing left to say.`,
    )
  console.log(`Delete ${dataDir} to start anew.`)
}

async function ingestBodies(
  store: ConversationStore,
  files: readonly string[],
): Promise<readonly (WebhookReport & { readonly file: string })[]> {
  const reports: (WebhookReport & { readonly file: string })[] = []
  for (const file of files) reports.push(await ingest(store, file))
  print('Webhook bodies, in the order in which they came', bodiesTable(reports))
  return reports
}

async function ingest(
  store: ConversationStore,
  file: string,
): Promise<WebhookReport & { readonly file: string }> {
  return { ...(await ingestWebhook(store, messenger, readFileSync(`${folder}${file}`))), file }
}

async function conversations(store: ConversationStore): Promise<readonly Conversation[]> {
  const all: Conversation[] = []
  for (const accountId of new Set(inboxes.map((inbox) => inbox.accountId))) {
    for await (const conversation of store.forAccount(accountId).listConversations())
      all.push(conversation)
  }
  return all
}

function print(title: string, text: string): void {
  console.log(`\n${title}\n\n${text}`)
}
