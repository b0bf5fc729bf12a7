import { expect, test } from 'vitest'
import { runProcess } from './processes.js'
import { engines } from './test-platform.js'

export function manyProcesses(count: number, timeout: number): void {
  test.each(Object.entries(engines))(
    `${count} processes migrate one empty server of %s at once, and each step runs once`,
    { timeout },
    async (_, open) => {
      await using platform = await open()
      const tenants = [platform.tenant('acme')]
      const task = platform.task({ tenants, options: { lockWaitMs: 300_000 } })
      const results = await Promise.all(Array.from({ length: count }, () => runProcess(task)))
      expect(results.map((result) => result?.verdict)).toEqual(Array.from({ length: count }, () => 'done'))
      const applied = results.flatMap((result) => result?.applied ?? [])
      expect(applied.length).toBeGreaterThan(3)
      expect(new Set(applied).size).toBe(applied.length)
      console.log(`  ${_}: ${count} processes, ${applied.length} migrations, each once`)
    },
  )
}

export function manyTenants(count: number, timeout: number): void {
  test.each(Object.entries(engines))(
    `${count} tenants of %s on at most 10 connections, and at most 2 commands for one that is up to date`,
    {
      timeout,
    },
    async (_, open) => {
      await using platform = await open()
      expect(await platform.migrator([]).migrate()).toMatchObject({ verdict: 'done' })
      await platform.addTenants(Array.from({ length: count }, (__, index) => platform.tenant(`t${index}`)))
      const task = platform.task({ options: { concurrency: 8 } })
      const started = performance.now()
      const first = await runProcess(task)
      const seconds = (performance.now() - started) / 1000
      expect(first).toMatchObject({ verdict: 'done' })
      expect(new Set(first?.applied.map((each) => each.split(' ')[0])).size).toBe(count)
      const second = await runProcess(task)
      expect(second).toMatchObject({ verdict: 'done', applied: [] })
      const heap = first?.heapMegabytes ?? []
      console.log(
        `  ${_}: ${count} tenants in ${seconds.toFixed(0)} s on ${first?.peakConnections} connections, heap ${heap.join(', ')} MB; ` +
          `the second run: ${((second?.operations ?? 0) / count).toFixed(2)} commands a tenant`,
      )
      expect(first?.peakConnections).toBeLessThanOrEqual(10)
      expect(second?.operations).toBeLessThanOrEqual(2 * count)
      // Memory stays flat, because each tenant leaves only its line in the report behind.
      expect((heap.at(-1) ?? 0) - (heap[0] ?? 0)).toBeLessThanOrEqual(10)
    },
  )
}

/** `count` tenants at 16 at a time beside as many at 8: none loses its lease, and the memory stays flat. */
export function manyAtOnce(count: number, timeout: number): void {
  test.each(Object.entries(engines))(`${count} tenants of %s, 16 at a time, lose no lease`, { timeout }, async (name, open) => {
    const seconds: number[] = []
    for (const concurrency of [8, 16]) {
      await using platform = await open()
      expect(await platform.migrator([]).migrate()).toMatchObject({ verdict: 'done' })
      await platform.addTenants(Array.from({ length: count }, (_, index) => platform.tenant(`t${index}`)))
      const started = performance.now()
      const result = await runProcess(platform.task({ options: { concurrency } }))
      seconds.push((performance.now() - started) / 1000)
      expect(result).toMatchObject({ verdict: 'done' })
      const heap = result?.heapMegabytes ?? []
      console.log(`  ${name}: ${count} tenants, ${concurrency} at a time, in ${seconds.at(-1)?.toFixed(0)} s, heap ${heap.join(', ')} MB`)
      expect((heap.at(-1) ?? 0) - (heap[0] ?? 0)).toBeLessThanOrEqual(10)
    }
    console.log(`  ${name}: 16 at a time ÷ 8 at a time: ${((seconds[1] ?? 0) / (seconds[0] ?? 1)).toFixed(2)}`)
  })
}
