import { loadavg } from 'node:os'
import type { OpenComparison, Servers, TakeFigures } from '../comparison.js'
import type { ComparisonResult, FiguresResult, Taken } from '../report/results.js'
import { type CpuMeter, withProcesses } from './cpu.js'
import { requireSound } from './goals.js'
import { measure, type Pace } from './measure.js'
import { idOf } from './selection.js'
import type { Measurement } from './summary.js'

/**
 * Opens a comparison, measures it at each of its concurrencies and closes it. After an error the result has the error
 * and no figures.
 */
export async function compare(open: OpenComparison, servers: Servers, pace: Pace, cpu: CpuMeter): Promise<ComparisonResult> {
  const id = idOf(open)
  const comparison = await open(servers).catch(messageOf)
  // This comes after the opening, because the opening is work too.
  const taken = takenNow()
  if (typeof comparison === 'string') return { id, title: id, note: '', ...taken, measurements: [], error: comparison }

  const { title, note, processes = [] } = comparison
  const meter = withProcesses(cpu, processes)
  try {
    requireSound(comparison, id)
    const measurements: Measurement[] = []
    for (const concurrency of comparison.concurrency) measurements.push(await measure(comparison, concurrency, pace, meter))
    return { id, title, note, ...taken, measurements }
  } catch (error) {
    return { id, title, note, ...taken, measurements: [], error: messageOf(error) }
  } finally {
    await comparison.close()
  }
}

export async function takeFigures(take: TakeFigures, servers: Servers): Promise<FiguresResult> {
  const id = idOf(take)
  const taken = takenNow()
  return take(servers).then(
    ({ title, figures }) => ({ id, title, ...taken, figures }),
    (error: unknown) => ({ id, title: id, ...taken, figures: [], error: messageOf(error) }),
  )
}

/**
 * Runs each variant's operation twice, for the first caller and for the last. Throws where `compare` would give no
 * figures.
 */
export async function checkComparison(open: OpenComparison, servers: Servers): Promise<void> {
  const comparison = await open(servers)
  try {
    requireSound(comparison, idOf(open))
    for (const variant of comparison.variants) {
      for (const caller of [0, Math.max(...comparison.concurrency) - 1]) {
        await variant.operation(caller).catch((cause: unknown) => {
          throw new Error(`${comparison.id}: ${variant.name}: ${messageOf(cause)}`, { cause })
        })
      }
    }
  } finally {
    await comparison.close()
  }
}

function takenNow(): Taken {
  return { date: new Date().toISOString().slice(0, 10), load: loadavg()[0] ?? 0 }
}

/**
 * Prints the whole error for whoever runs the benchmark, and returns its first line, because the report has room for
 * one.
 */
function messageOf(error: unknown): string {
  console.error(error)
  return String(error).split('\n')[0] ?? 'unknown'
}
