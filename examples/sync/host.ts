import { readFile } from 'node:fs/promises'
import { createConversationStore } from 'conversation-store'
import { memory } from 'conversation-store/memory'
import { createSyncHandler, graphHistory, type SourceOf } from 'conversation-store/sync'
import { csvHistory } from './csv-history.js'

const { DATABASE_URL, SYNC_API_KEY = '', PAGE_ID, PAGE_ACCESS_TOKEN, SYNC_EXPORT } = process.env
const csv = SYNC_EXPORT === undefined ? null : await readFile(SYNC_EXPORT, 'utf8')

export const store = createConversationStore(
  DATABASE_URL === undefined ? { adapter: memory() } : { url: DATABASE_URL },
)
await store.migrate()

/** Your own sessions go here: which account is it whose agent sends this request? */
function accountOf(request: Request): string | null {
  const isKnown = request.headers.get('authorization') === `Bearer ${SYNC_API_KEY}`
  return SYNC_API_KEY !== '' && isKnown ? 'acme' : null
}

/** Your own integrations go here. Whoever asks for an inbox of somebody else gets null. */
const sourceOf: SourceOf = ({ accountId, oaId }) => {
  if (accountId !== 'acme') return null
  if (oaId === 'page-1' && csv !== null) return csvHistory(csv, 3)
  if (oaId !== PAGE_ID || PAGE_ACCESS_TOKEN === undefined) return null
  return graphHistory({ pageId: oaId, accessToken: PAGE_ACCESS_TOKEN, login: 'facebook' })
}

export const handle = createSyncHandler({
  store,
  authorize: accountOf,
  source: sourceOf,
  budget: { pages: Number(process.env.SYNC_PAGES ?? 1_000) },
  onResult: ({ pages, messages, hasMore }, { oaId }) => {
    const state = hasMore ? 'there is more' : 'complete'
    console.info(`[Sync] ${oaId}: ${pages} pages, ${messages} new messages, ${state}`)
  },
})
