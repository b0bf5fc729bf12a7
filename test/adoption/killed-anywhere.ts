import { expect } from 'vitest'
import type { KillAt } from '../servers/counted-operations.js'
import type { Printed } from './processes.js'

/** Work that a process does on a host's database, and which may be killed. */
export interface KilledWork<H> {
  /** What the line about it begins with. */
  readonly name: string
  /** A host's database, filled the same each time. */
  begun(): Promise<H & { breakLeases(): Promise<void> }>
  /** Runs the process. Null if it was killed. */
  run(host: H, kill: KillAt): Promise<Printed | null>
  /** What the work left, to be compared. */
  left(host: H): Promise<unknown>
}

/**
 * How many processes are killed: so many, at operations that are spread evenly and in turns before an operation is sent
 * and just after, or one before and one after each operation.
 */
export type Kills = number | 'every'

/** Kills processes. Another one goes on each time, and has to leave what one leaves that nobody killed. */
export async function killAnywhere<H>({ name, begun, run, left }: KilledWork<H>, kills: Kills): Promise<void> {
  const clean = await begun()
  const whole = await run(clean, null)
  expect(whole).toMatchObject({ ok: true })
  const expected = await left(clean)
  const operations = whole?.operations ?? 0
  const places = placesOf(operations, kills)
  const survived: number[] = []
  for (const { at, when } of places) {
    const host = await begun()
    if ((await run(host, { at, when })) !== null) survived.push(at)
    // A lease lasts as long as its holder may be silent. Other tests wait for that.
    await host.breakLeases()
    expect(await run(host, null), `killed ${when} ${at}`).toMatchObject({ ok: true })
    expect(await left(host), `killed ${when} operation ${at}`).toEqual(expected)
  }
  console.log(`  ${name}: ${operations} operations, ${places.length - survived.length} kills at them, each time the same end`)
  // The last operations only compare and close connections, so that a process may end before the kill comes.
  for (const at of survived) expect(at, `${at} of ${operations} was never reached`).toBeGreaterThan(operations - 8)
}

function placesOf(operations: number, kills: Kills): readonly Exclude<KillAt, null>[] {
  if (kills === 'every')
    return Array.from({ length: operations }, (_, at) => (['before', 'after'] as const).map((when) => ({ at: at + 1, when }))).flat()
  const every = Math.max(1, operations / kills)
  return Array.from({ length: Math.min(kills, operations) }, (_, n) => ({
    at: Math.ceil(every * (n + 0.5)),
    when: n % 2 === 0 ? 'after' : 'before',
  }))
}
