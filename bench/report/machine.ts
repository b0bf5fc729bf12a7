import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { availableParallelism, cpus, release, tmpdir, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { quantile } from '../runner/statistics.js'
import type { ServerFacts } from '../server-facts.js'

/** What the figures depend on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  readonly postgres: string
  readonly postgresSettings: Readonly<Record<string, string>>
  readonly mongo: string
  /** Milliseconds that a commit has to wait at least. */
  readonly fdatasync: { readonly median: number; readonly p99: number }
  /** Milliseconds that `select 1` takes, directly and through the delay proxy. */
  readonly roundTrip: { readonly direct: number; readonly delayed: number }
}

export async function describeMachine(servers: ServerFacts): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''}`.trim(),
    node: process.version.slice(1),
    postgres: servers.postgres,
    postgresSettings: servers.postgresSettings,
    mongo: servers.mongo,
    fdatasync: await fdatasyncLatency(tmpdir()),
    roundTrip: servers.roundTrip,
  }
}

/** Whether results of the two machines may stand side by side. */
export function isSameMachine(one: Machine, other: Machine): boolean {
  const facts = ({ cpu, cores, memoryGb, node, postgres, mongo }: Machine) => [cpu, cores, memoryGb, node, postgres, mongo].join()
  return facts(one) === facts(other)
}

/**
 * Measures fdatasync after each page that is appended to a file in `directory`, where the servers have their data too.
 */
async function fdatasyncLatency(directory: string): Promise<{ median: number; p99: number }> {
  const scratch = mkdtempSync(join(directory, 'conversation-store-fdatasync-'))
  const file = await open(join(scratch, 'file'), 'w')
  try {
    const page = Buffer.alloc(8192, 1)
    const latencies: number[] = []
    for (let time = 0; time < 300; time++) {
      await file.write(page)
      const started = performance.now()
      await file.datasync()
      latencies.push(performance.now() - started)
    }
    latencies.sort((a, b) => a - b)
    return { median: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
  } finally {
    await file.close()
    rmSync(scratch, { recursive: true })
  }
}
