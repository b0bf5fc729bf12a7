import { expect, onTestFinished, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../../contract/server.js'
import { hostedDatabases } from '../../webhooks/hosted/databases.js'
import { accountId, pageId, pullBesideLive } from './pull-beside-live.js'

const conversations = Number(process.env.SYNC_LIVE_CONVERSATIONS ?? (process.env.STRESS_SCALE === 'small' ? 200 : 20_000))
const perSecond = 200
const seed = Number(process.env.SYNC_LIVE_SEED ?? 20_261_129)
/** What the process that pulls may take over its start. */
const mostBytes = 64 * 1024 * 1024
/** Statements for each page, which has 25 conversations, and for the beginning and the end of a run. */
const mostStatements = { page: 24, run: 50 }

const engines = [
  ['PostgreSQL', 'postgres'],
  ['MongoDB', 'mongoReplicaSet'],
] as const

for (const [engine, server] of engines) {
  test.skipIf(isServerAbsent(server))(
    `${conversations} conversations are pulled beside ${perSecond} live messages a second, on ${engine}`,
    async () => {
      const database = await hostedDatabases[engine](serverUrl(server), { [accountId]: pageId }, 'messenger')
      onTestFinished(database.drop)
      const { problems, run, further, live } = await pullBesideLive(database, { conversations, perSecond, seed })
      const { pages, messages, elapsedMs, statements, inUse, resident } = run
      const inMB = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
      process.stdout.write(
        `${engine}: ${conversations} conversations in ${pages} pages, ${messages} messages, ${(elapsedMs / 1_000).toFixed(1)} s, beside ` +
          `${live.sent} live messages, ${live.perSecond.toFixed(0)} a second, ${live.refused} of them sent again; ${statements} statements, ` +
          `${(statements / pages).toFixed(1)} a page, ${(statements / run.conversations).toFixed(2)} a conversation; memory over the start: ` +
          `${inMB(inUse)} MB in use, ${inMB(resident)} MB resident; ${further} further runs when nobody wrote any more; ` +
          `${problems.length} problems (seed ${seed})\n`,
      )
      expect(problems.slice(0, 10)).toEqual([])
      expect(statements).toBeLessThanOrEqual(mostStatements.page * pages + mostStatements.run)
      expect(inUse).toBeLessThanOrEqual(mostBytes)
      expect(resident).toBeLessThanOrEqual(mostBytes)
    },
    60 * 60_000,
  )
}
