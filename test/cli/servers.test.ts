import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { type EngineName, type HostProject, hostProject, tenants } from './host-project.js'
import { commandBundle, execute, ownEnvironment } from './run-process.js'

const engines: readonly (readonly [EngineName, boolean])[] = [
  ['mongo', isServerAbsent('mongoReplicaSet')],
  ['postgres', isServerAbsent('postgres')],
]

describe.each(engines)('the command on %s', (engine, isAbsent) => {
  describe.skipIf(isAbsent)('a real server', () => {
    test('tells what it would do, does it, and then has nothing to do', async () => {
      const host = await hostProject(engine)
      expect((await host.run(['doctor'])).exitCode).toBe(0)
      expect((await host.run(['status', '--check'])).exitCode).toBe(3)
      expect((await host.run(['status'])).exitCode).toBe(0)

      const dry = await host.run(['migrate', '--dry-run'])
      expect(dry.exitCode, dry.stderr).toBe(0)
      expect(dry.stdout).toMatch(/^Dry run: nothing was changed/)
      expect(dry.stdout.match(/idx_users_email|create table if not exists/g)?.length).toBeGreaterThanOrEqual(4)
      expect(await host.databases()).toEqual([])

      const first = await host.json(['migrate'])
      expect(first).toMatchObject({ exitCode: 0, document: { command: 'migrate', exitCode: 0, report: { verdict: 'done' } } })
      expect(first.document.report.tenants.map(({ tenantId, state }: { tenantId: string; state: string }) => [tenantId, state])).toEqual(
        tenants.map((tenantId) => [tenantId, 'applied']),
      )
      expect(await host.databases()).toEqual([host.publicName, ...tenants.map((tenant) => `${host.publicName}_${tenant}`)])

      const again = await host.run(['migrate'])
      expect(again.exitCode).toBe(0)
      expect(again.stdout).toMatch(/^4 databases: 4 up to date$/m)
      expect((await host.run(['status', '--check'])).exitCode).toBe(0)
      expect((await host.run(['sync:indexes'])).exitCode).toBe(0)
    })

    test('undoes what it did, when it is told to', async () => {
      const host = await hostProject(engine)
      expect((await host.run(['migrate'])).exitCode).toBe(0)
      expect((await host.run(['down'])).exitCode).toBe(2)
      expect((await host.run(['status', '--check'])).exitCode).toBe(0)
      const down = await host.run(['down', '--to=0', '--yes'])
      expect(down.exitCode, down.stderr + down.stdout).toBe(0)
      expect((await host.run(['status', '--check'])).exitCode).toBe(3)
      expect((await host.run(['migrate'])).exitCode).toBe(0)
    })

    test('ends with 5 when a tenant failed, and --retry-failed goes on with that one alone', async () => {
      const host = await hostProject(engine)
      const failed = await host.run(['migrate'], { BREAK: 'globex' })
      expect(failed.exitCode).toBe(5)
      expect(failed.stdout).toMatch(/^globex .* failed/m)
      expect(failed.stdout).toMatch(/next: npx conversation-store migrate --tenant=globex/)
      expect(failed.stdout).toMatch(/^4 databases: 3 applied, 1 failed$/m)
      const retried = await host.json(['migrate', '--retry-failed'])
      expect(retried).toMatchObject({
        exitCode: 0,
        document: { report: { public: null, tenants: [{ tenantId: 'globex', state: 'applied' }] } },
      })
    })

    test('ends with 6 when an applied migration is another one now, and with 57 when a newer program was here', async () => {
      const host = await hostProject(engine)
      expect((await host.run(['migrate'])).exitCode).toBe(0)
      expect((await host.run(['migrate'], { CHANGED: '1' })).exitCode).toBe(6)
      expect((await host.run(['migrate'], { VERSIONS: '001' })).exitCode).toBe(57)
      const without = await host.run(['migrate'], { VERSIONS: 'none' })
      expect(without.exitCode).toBe(6)
      expect(without.stdout).toMatch(/ was applied and is not in the program: bring its definition back/)
      expect((await host.json(['status'], { VERSIONS: '001' })).document).toMatchObject({ exitCode: 57, report: { verdict: 'newer' } })
    })

    test('ends with 4 when another runner is at work, which can be seen and cut off', async () => {
      const host = await hostProject(engine)
      const { child, ended } = await running(host, { PAUSE: '20000' })
      const locked = await host.run(['migrate', '--public-only', '--lock-wait=0'])
      expect(locked.exitCode, locked.stderr).toBe(4)
      const shown = await host.run(['lock', 'show', host.publicName])
      expect(shown.stdout, shown.stderr).toContain(`${child.pid}`)
      expect((await host.run(['lock', 'break', host.publicName])).exitCode).toBe(2)
      const broken = await host.json(['lock', 'break', host.publicName, '--yes'])
      expect(broken).toMatchObject({
        exitCode: 0,
        document: { report: { brokenHolder: { holder: expect.stringContaining(`${child.pid}`) } } },
      })
      expect((await host.json(['lock', 'break', host.publicName, '--yes'])).document.report.brokenHolder).toBeNull()
      child.kill('SIGKILL')
      await ended
      expect((await host.run(['migrate', '--public-only', '--lock-wait=0'])).exitCode).toBe(0)
    })

    test('stops after the step at work when it is asked to, and lets go of the lock', async () => {
      const host = await hostProject(engine)
      const { child, ended } = await running(host, { PAUSE: '20000' })
      const from = Date.now()
      child.kill('SIGTERM')
      expect(await ended).toEqual([1, null])
      expect(Date.now() - from).toBeLessThan(10_000)
      const next = await host.run(['migrate', '--lock-wait=0'])
      expect(next.exitCode, next.stdout).toBe(0)
    })

    test('stops at once when it is asked twice, and the next run goes on', async () => {
      const host = await hostProject(engine)
      const { child, ended } = await running(host, { PAUSE: '20000', STUBBORN: '1' })
      child.kill('SIGTERM')
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(child.exitCode).toBeNull()
      child.kill('SIGTERM')
      expect(await ended).toEqual([143, null])
      // MongoDB's lease has to expire by itself.
      expect((await host.run(['migrate', '--public-only', '--lock-wait=60s'])).exitCode).toBe(0)
    })

    test('is a dry run as npm and pnpm pass its flag on', async () => {
      const host = await hostProject(engine)
      const script = `"${process.execPath}" "${await commandBundle()}" migrate`
      await writeFile(join(host.directory, 'package.json'), JSON.stringify({ name: 'host', private: true, scripts: { migrate: script } }))
      const options = { cwd: host.directory, env: host.env }
      const npm = await execute('npm', ['run', 'migrate', '--', '--dry-run'], options)
      const pnpm = await execute('sh', ['-c', `${script} "$@"`, 'sh', '--', '--dry-run'], options)
      for (const { exitCode, stdout } of [npm, pnpm]) {
        expect(exitCode).toBe(0)
        expect(stdout).toMatch(/^Dry run: nothing was changed/m)
      }
      expect(await host.databases()).toEqual([])
    })

    test('ends with 1 when the server can not be reached, and keeps its password', async () => {
      const host = await hostProject(engine)
      const url = engine === 'mongo' ? 'mongodb://root:hunter2@127.0.0.1:9/' : 'postgres://root:hunter2@127.0.0.1:9/none'
      const env = { MONGODB_SERVER_SELECTION_TIMEOUT_MS: '300', [engine === 'mongo' ? 'MONGODB_URI' : 'DATABASE_URL']: url }
      const runs = await Promise.all([host.run(['migrate', '--json'], env), host.run(['status', '--json'], env), host.run(['list'], env)])
      expect(runs.map(({ exitCode }) => exitCode)).toEqual([1, 1, 0])
      for (const { stdout } of runs.slice(0, 2)) expect(JSON.parse(stdout)).toMatchObject({ exitCode: 1 })
      expect(JSON.stringify(runs)).not.toContain('hunter2')
    })
  })
})

/** Starts a run of the public database, and returns once it has begun its second migration. */
async function running(host: HostProject, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [await commandBundle(), 'migrate', '--public-only'], {
    cwd: host.directory,
    env: { ...ownEnvironment(), ...host.env, ...env, MIGRATION_LOG_LEVEL: 'debug' },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  // This looks at the server and not at the log: the intent of the second migration is in the ledger.
  for (let looks = 0; looks < 50; looks++) {
    const { document } = await host.json(['status', '--public-only'])
    const ledger: readonly { id: string; state: string }[] = document.report?.public?.ledger ?? []
    if (ledger.some(({ id, state }) => id.includes('002') && state === 'applying')) return { child, ended }
  }
  child.kill('SIGKILL')
  throw new Error('the run did not begin its second migration')
}
