import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { raceDatabases } from '../race/race-databases.js'

const rounds = process.env.STRESS_SCALE === 'small' ? 5 : 100
/** The clocks of the processes, which must change nothing. */
const clockShiftsMs = [-10 * 60_000, -60_000, 0, 60_000, 10 * 60_000]
const startersEach = 10

type Answer = { readonly owner: string; readonly token: number } | { readonly lockedBy: string }

test.skipIf(isServerAbsent('postgres'))('of 50 starters in 5 processes one runs, and 49 are told that it does, on PostgreSQL', () =>
  oneRuns('PostgreSQL'),
)

test.skipIf(isServerAbsent('mongoReplicaSet'))('of 50 starters in 5 processes one runs, and 49 are told that it does, on MongoDB', () =>
  oneRuns('MongoDB'),
)

async function oneRuns(engine: 'PostgreSQL' | 'MongoDB'): Promise<void> {
  const database = await raceDatabases[engine]()
  const script = fileURLToPath(new URL('./sync-starter.ts', import.meta.url))
  const processes = clockShiftsMs.map((shiftMs) => fork(script, [database.url, String(shiftMs)], { execArgv: ['--import', 'tsx'] }))
  const tokens: number[] = []
  const ran: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const answers = (await Promise.all(processes.map((each) => ask(each, { do: 'start', starters: startersEach })))).flat()
    const winners = answers.flatMap((answer) => ('token' in answer ? [answer] : []))
    tokens.push(...winners.map(({ token }) => token))
    ran.push(winners.length)
    const told = answers.flatMap((answer) => ('lockedBy' in answer ? [answer.lockedBy] : []))
    expect(told).toEqual(Array.from({ length: processes.length * startersEach - 1 }, () => winners[0]?.owner))
    await Promise.all(processes.map((each) => ask(each, { do: 'release' })))
  }
  for (const each of processes) {
    each.disconnect()
    await once(each, 'exit')
  }
  await database.drop()
  expect(ran).toEqual(Array.from({ length: rounds }, () => 1))
  expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b))
}

async function ask(process: ChildProcess, what: object): Promise<readonly Answer[]> {
  process.send(what)
  const [answer] = await once(process, 'message')
  return answer as readonly Answer[]
}
