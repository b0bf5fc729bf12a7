import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { isServerAbsent } from '../contract/server.js'
import { raceDatabases } from '../race/race-databases.js'

const rounds = process.env.STRESS_SCALE === 'small' ? 25 : 500
const name = { kind: 'sync', key: 'page' }
/** The holders' own clocks, which must change nothing. */
const clockShiftsMs = [-10 * 60_000, 0, 10 * 60_000]
/**
 * The first rounds stop the holder while its write is under way, each after another packet: before it has locked
 * anything, between its statements, and when it has sent the commit.
 */
const midWrite = 10
const mostPackets = 5
const isMidWrite = (round: number) => round < midWrite

test.skipIf(isServerAbsent('postgres'))('a holder that was stopped and replaced writes nothing, on PostgreSQL', () =>
  writesNothing('PostgreSQL'),
)

test.skipIf(isServerAbsent('mongoReplicaSet'))('a holder that was stopped and replaced writes nothing, on MongoDB', () =>
  writesNothing('MongoDB'),
)

interface Late {
  readonly write: string
  readonly extend: string
  readonly release: string
}

async function writesNothing(engine: 'PostgreSQL' | 'MongoDB'): Promise<void> {
  const database = await raceDatabases[engine]()
  const store = createConversationStore({ url: database.url })
  const account = store.forAccount('acme')
  const holders = clockShiftsMs.map((shiftMs) => startHolder(database.url, shiftMs))
  const tokens: number[] = []
  const late: Late[] = []
  const stopped: Late[] = []
  for (let round = 0; round < rounds; round += 1) {
    const holder = holders[round % holders.length] as ChildProcess
    tokens.push((await ask<{ token: number }>(holder, { do: 'acquire', round, ttlMs: 20 })).token)
    if (isMidWrite(round)) await ask(holder, { do: 'write', round, packets: (round % mostPackets) + 1 })
    holder.kill('SIGSTOP')
    const next = await takenOver()
    tokens.push(next)
    await account.upsertConversationWithEvents(
      { oaId: 'page', customerId: 'lan', events: [{ type: 'message', messageId: `next ${round}`, text: 'x' }] },
      { lease: { ...name, token: next } },
    )
    holder.kill('SIGCONT')
    const outcome = await ask<Late>(holder, { do: 'act', round, ttlMs: 0 })
    ;(isMidWrite(round) ? stopped : late).push(outcome)
    // Nothing that the late one did has freed or moved the lease.
    await account.renewLease({ ...name, token: next, ttlMs: 60_000 })
    await account.releaseLease({ ...name, token: next })
  }
  for (const holder of holders) {
    holder.disconnect()
    await once(holder, 'exit')
  }
  expect(late).toEqual(late.map(() => ({ write: 'LEASE_LOST', extend: 'LEASE_LOST', release: 'done' })))
  // A write that was under way when its process stopped was committed by then, or is none.
  const written = stopped.filter(({ write }) => write === 'done').length
  expect(stopped).toEqual(
    stopped.map(({ write }) => ({ write: write === 'done' ? 'done' : 'LEASE_LOST', extend: 'LEASE_LOST', release: 'done' })),
  )
  expect(stopped).toHaveLength(midWrite)
  expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b))
  expect(await database.seqs()).toHaveLength(rounds + written)
  expect(await account.countConversations()).toBe(1 + written)
  await store.close()
  await database.drop()

  async function takenOver(): Promise<number> {
    for (;;) {
      const answer = await account.acquireLease({ ...name, holder: 'next', ttlMs: 60_000 })
      if (answer.acquired) return answer.lease.token
    }
  }
}

function startHolder(url: string, shiftMs: number): ChildProcess {
  const script = fileURLToPath(new URL('./holder.ts', import.meta.url))
  return fork(script, [url, String(shiftMs)], { execArgv: ['--import', 'tsx'] })
}

async function ask<T>(holder: ChildProcess, what: object): Promise<T> {
  holder.send(what)
  const [answer] = await once(holder, 'message')
  return answer as T
}
