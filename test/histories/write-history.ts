import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { accountIds, type CallersOptions } from './callers.js'
import type { HistoryDatabase } from './databases.js'
import type { Faults } from './faults.js'
import { readHistories } from './history.js'
import { seededRandom } from './random.js'
import { readWorld } from './read-world.js'
import type { Violation, World } from './world.js'

export interface HistoryRun {
  readonly seed: number
  readonly calls: number
  /** What fails while the history is written. Default: nothing. */
  readonly faults?: Faults
}

export interface WrittenHistory {
  readonly world: World
  /** What the run itself has seen: crashed processes, and samples in which a customer had two active conversations. */
  readonly seen: readonly Violation[]
  readonly samples: number
  readonly faults: ReadonlyMap<string, number>
  readonly milliseconds: number
}

const processes = 3
const callers = 6
const program = fileURLToPath(new URL('process.ts', import.meta.url))

/** Lets several processes write a history into the database, some of which may be killed and replaced. */
export async function writeHistory(database: HistoryDatabase, { seed, calls, faults = noFaults }: HistoryRun): Promise<WrittenHistory> {
  const directory = mkdtempSync(join(tmpdir(), 'conversation-store-history-'))
  const files: string[] = []
  const running = new Set<ChildProcess>()
  const random = seededRandom(seed)
  const counts = new Map<string, number>()
  const seen: Violation[] = []
  let samples = 0
  let isOver = false

  const runProcess = async (share: number): Promise<void> => {
    for (let left = share; left > 0; ) {
      const name = `p${files.length}`
      const file = join(directory, name)
      files.push(file)
      const options: CallersOptions = {
        name,
        seed: seed * 1_000 + files.length,
        calls: left,
        callers,
        supportsEvents: database.supportsEvents,
      }
      const args = ['--import', 'tsx', program, database.url, file, JSON.stringify(options)]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
      running.add(child)
      const [status, signal] = await once(child, 'exit')
      running.delete(child)
      if (status !== 0 && signal !== 'SIGKILL') seen.push(crash(name, file))
      left -= existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter((line) => line.startsWith('{"op"')).length
        : 0
    }
  }
  const sample = async (): Promise<void> => {
    while (!isOver) {
      const doubles = await database.doubles().catch(() => null)
      if (doubles !== null) samples += 1
      for (const customer of doubles ?? []) {
        seen.push({ rule: 'a customer has one active conversation at any moment', told: customer, witness: [] })
      }
      await sleep(300)
    }
  }
  const disturb = async (): Promise<void> => {
    for (;;) {
      await sleep(faults.pauseMs * (0.5 + random.next()))
      if (isOver) return
      const name = await faults.cause(random, { killProcess: () => random.pick([...running]).kill('SIGKILL') })
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }

  const started = performance.now()
  try {
    const others = [sample(), ...(faults === noFaults ? [] : [disturb()])]
    await Promise.all(Array.from({ length: processes }, (_, index) => runProcess(Math.floor((calls + index) / processes))))
    isOver = true
    await Promise.all(others)
    await faults.end()
    const milliseconds = performance.now() - started
    return { world: await readWorld(database.raw, readHistories(files), accountIds), seen, samples, faults: counts, milliseconds }
  } finally {
    isOver = true
    for (const child of running) child.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
}

const noFaults: Faults = { pauseMs: 0, cause: async () => 'nothing', end: async () => {} }

function crash(name: string, file: string): Violation {
  const told = existsSync(`${file}.crash`) ? readFileSync(`${file}.crash`, 'utf8') : 'it left no word'
  return { rule: 'no process crashes', told: `${name}: ${told}`, witness: [] }
}
