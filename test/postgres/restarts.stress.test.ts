import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { isServerAbsent } from '../contract/server.js'
import { startEmbeddedPostgres } from '../servers/postgres.js'
import { installedPackage } from '../servers/postgres-binaries.js'

const restarts = process.env.STRESS_SCALE === 'small' ? 5 : 30
const hosts = 3
/** How long the hosts work between two restarts. */
const churnMs = 300
const host = fileURLToPath(new URL('host-under-churn.ts', import.meta.url))

describe.skipIf(isServerAbsent('postgres'))('hosts under a PostgreSQL that restarts', () => {
  test(`none of ${hosts} hosts dies in ${restarts} fast restarts, and no raw error reaches a caller`, async () => {
    const server = await startEmbeddedPostgres('postgres-restarts', installedPackage(), { max_connections: '60' })
    const running = new Set<Host>()
    try {
      const store = createConversationStore({ url: server.url })
      await store.migrate()
      await store.close()
      const started = Array.from({ length: hosts }, () => startHost(server.url))
      for (const each of started) running.add(each)
      await Promise.all(started.map(({ nextLine }) => nextLine()))
      for (let restart = 0; restart < restarts; restart++) {
        await sleep(churnMs)
        await server.restart('SIGINT')
      }
      await sleep(churnMs)
      const reports = await Promise.all(started.map(endHost))
      process.stdout.write(`PostgreSQL: ${restarts} fast restarts, ${hosts} hosts: ${JSON.stringify(reports)}\n`)
      expect(reports.filter(({ isAlive }) => !isAlive)).toEqual([])
      expect(reports.flatMap(({ ends }) => Object.keys(ends)).filter((end) => end.startsWith('raw'))).toEqual([])
      // Every host has worked, and has felt the restarts.
      expect(reports.every(({ ends }) => (ends.ok ?? 0) > 0 && Object.keys(ends).length > 1)).toBe(true)
    } finally {
      for (const { child } of running) child.kill('SIGKILL')
      await server.stop()
    }
  })
})

interface Host {
  readonly child: ChildProcess
  nextLine(): Promise<string>
}

interface HostReport {
  readonly isAlive: boolean
  /** How many calls ended in which way. */
  readonly ends: Readonly<Record<string, number>>
}

function startHost(url: string): Host {
  const child = spawn(process.execPath, ['--import', 'tsx', host, url, '6'], { stdio: ['pipe', 'pipe', 'inherit'] })
  // The pipe of a host that died refuses the word to end.
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, nextLine: async () => String((await lines.next()).value) }
}

async function endHost({ child, nextLine }: Host): Promise<HostReport> {
  const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve([child.exitCode])
  child.stdin?.write('end\n')
  const ends = await nextLine()
  const [status] = await exit
  return { isAlive: status === 0, ends: status === 0 ? JSON.parse(ends) : {} }
}
