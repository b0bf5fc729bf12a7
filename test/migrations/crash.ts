import { expect, test } from 'vitest'
import { runProcess } from './processes.js'
import { breakLocks, engines } from './test-platform.js'

/**
 * Kills `kills` runs, at operations that are spread evenly, in turns before an operation is sent and just after. Runs
 * the migration again after each, and compares the state that is left with that of a run that nobody killed.
 */
export function crashAtOperations(kills: number, timeout: number): void {
  test.each(Object.entries(engines))(
    'killed at any operation and run again, %s ends as a run that nobody killed',
    { timeout },
    async (_, open) => {
      await using clean = await open({ withRows: true })
      const names = (publicName: string) => [publicName, `${publicName}_acme`]
      const whole = await runProcess(clean.task({ tenants: [clean.tenant('acme')] }))
      expect(whole).toMatchObject({ verdict: 'done' })
      const expected = await clean.state(names(clean.publicName))
      const operations = whole?.operations ?? 0
      expect(operations).toBeGreaterThan(20)
      const every = Math.max(1, Math.floor(operations / kills))
      let killed = 0
      for (let at = 1; at <= operations; at += every) {
        await using platform = await open({ withRows: true })
        const tenants = [platform.tenant('acme')]
        const when = (at / every) % 2 < 1 ? 'before' : 'after'
        if ((await runProcess(platform.task({ tenants, kill: { at, when } }))) === null) killed++
        // A lease lasts as long as its holder may be silent. Other tests wait for that, so this one breaks the lock.
        const migrator = platform.migrator(tenants)
        await breakLocks(migrator, names(platform.publicName))
        const report = await migrator.migrate({ lockWaitMs: 120_000 })
        expect(report.verdict, `killed ${when} operation ${at}: ${JSON.stringify(report.tenants)}`).toBe('done')
        expect(await platform.state(names(platform.publicName)), `killed ${when} operation ${at}`).toEqual(expected)
      }
      console.log(`  ${_}: ${operations} operations, killed at ${killed} of them, each time the same end`)
      // The last operations close connections after all the work is done, so a process may end before it is killed
      // there.
      expect(killed).toBeGreaterThan(Math.ceil(operations / every) - 3)
    },
  )
}
