import { describe, expect, test } from 'vitest'
import { openMigrator } from '../../src/cli/open-migrator.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { recordingLogger } from '../postgres/index-scratch.js'
import { scratchPool } from '../postgres/scratch-schema.js'
import { hostProject } from './host-project.js'
import { run } from './run-in-process.js'

test('a command whose connections do not close says so, and ends as it would have', async () => {
  const closing = new Error('mongodb://lan:hunter2@db.test did not answer')
  const { exitCode, stderr } = await run(['list', '--platform'], { closing })
  expect(exitCode).toBe(0)
  expect(stderr).toContain('the connections were not closed: mongodb://***@db.test did not answer')
})

describe.skipIf(isServerAbsent('postgres'))('on PostgreSQL', () => {
  test('an idle connection that the server ends is a line of the log, and the next command has another one', async () => {
    const logger = recordingLogger()
    const { settings } = await run(['status'], { env: { DATABASE_URL: serverUrl('postgres') } })
    if (settings === null) throw new Error('the command has no settings')
    const { migrator, close } = await openMigrator(settings, logger)
    await migrator.status()
    await scratchPool().query(
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name like 'conversation-store ${process.pid}@%' and state = 'idle'`,
    )
    await expect
      .poll(() => logger.lines.map(({ message }) => message).join('\n'))
      .toContain('an idle connection ended: terminating connection due to administrator command')
    expect(await migrator.status()).toMatchObject({ verdict: expect.any(String) })
    await close()
  })
})

describe.each([
  ['mongo', isServerAbsent('mongoReplicaSet')],
  ['postgres', isServerAbsent('postgres')],
] as const)('on %s', (engine, isAbsent) => {
  test.skipIf(isAbsent)('a tenant that has no database is named as the mistake', async () => {
    const host = await hostProject(engine)
    for (const argv of [
      ['sync', 'status', '--tenant=gone'],
      ['adopt', 'verify', '--tenant=gone'],
    ]) {
      expect(await host.run(argv)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('--tenant is no tenant that has a database'),
      })
    }
  })
})
