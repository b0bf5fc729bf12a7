import { graphHistory, syncConversations } from '../../../src/sync/index.js'
import { openCounted } from '../../webhooks/hosted/counted-store.js'
import { processMemory } from '../../webhooks/hosted/process-memory.js'
import { fetchFrom } from '../fake-graph/fake-graph.js'
import { keptLog } from '../reading.js'
import type { SyncingTask, SyncRunFigures } from './pull-beside-live.js'

/** A process that pulls an inbox: one run each time that its parent says so. */
const { url, origin, pageId, accountId } = JSON.parse(process.argv[2] ?? '') as SyncingTask

/** What comes before is the start: code that is compiled, connections that are opened. */
const pagesOfStart = 5
/** Collecting garbage takes long. */
const pagesBetweenLooks = 25

const memory = processMemory()
const { store, counter } = await openCounted(url, {}, () => undefined)
const account = store.forAccount(accountId)
const logger = keptLog()
const source = graphHistory({ pageId, accessToken: 'a-token', login: 'facebook', pace: false, fetch: fetchFrom(origin), logger })
let resumeSession: string | null = null

process.on('message', async () => {
  const statementsBefore = counter.statements
  let messages = 0
  const run = await syncConversations(account, {
    oaId: pageId,
    source,
    resumeSession,
    logger,
    onProgress({ pages, ...progress }) {
      messages = progress.messages + progress.duplicates
      if (pages === pagesOfStart) {
        memory.look()
        memory.settle()
      } else if (pages % pagesBetweenLooks === 0) memory.look()
    },
  })
  memory.look()
  resumeSession = run.resumeSession
  const { inUse, resident } = memory.figures()
  const { hasMore, pages, conversations, elapsedMs } = run
  const statements = counter.statements - statementsBefore
  const figures: SyncRunFigures = { hasMore, pages, conversations, messages, elapsedMs, statements, inUse, resident }
  process.send?.(figures)
})
// The parent is gone.
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
