import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import PgBoss from 'pg-boss'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { queue, startInPgBoss, workInPgBoss } from '../../examples/inbox-migrations/pg-boss.js'
import { fillTrial } from '../../examples/inbox-migrations/trial.js'
import { type InboxMigrationAudit, inboxMigrations, work } from '../../src/inbox-migrations/index.js'
import { createConversationStore } from '../../src/index.js'
import { isServerAbsent } from '../contract/server.js'
import { silent, sleepless } from '../inbox-migrations/moving.js'
import { raceDatabases } from '../race/race-databases.js'

const example = (file: string) => fileURLToPath(new URL(`../../examples/inbox-migrations/${file}`, import.meta.url))
const between = { sourceOaId: 'twilio-1', destinationOaId: 'cloud-1', onActiveConflict: 'skip' } as const

beforeEach(() => {
  const environment = { DATABASE_URL: undefined, PORT: undefined, MIGRATION_API_KEY: 'test-key', MIGRATION_TRIAL: '1' }
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value)
  vi.spyOn(console, 'info').mockImplementation(() => {})
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
  vi.restoreAllMocks()
})

test('an administrator of the example starts a migration, and nobody else does', async () => {
  const { server } = await import('../../examples/inbox-migrations/node-http.js')
  const { store } = await import('../../examples/inbox-migrations/host.js')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port }: AddressInfo = Object(server.address())
  const ask = async (headers: Readonly<Record<string, string>>) => {
    const answered = await fetch(`http://127.0.0.1:${port}/api/v1/accounts/acme/inboxes/twilio-1/migrations`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ destination_inbox_id: 'cloud-1', on_active_conflict: 'skip' }),
    })
    return answered.status
  }
  expect(await ask({})).toBe(401)
  expect(await ask({ Authorization: 'Bearer test-key', 'X-User': 'intern' })).toBe(403)
  expect(await ask({ Authorization: 'Bearer test-key' })).toBe(201)
  await work(store, { stopWhenIdle: true, clock: sleepless(), logger: silent })
  expect((await inboxMigrations(store.forAccount('acme')).list()).items).toMatchObject([{ userId: 'lan', moved: { conversations: 118 } }])
})

test.skipIf(isServerAbsent('postgres'))('the process of the example moves until it is told to stop', async () => {
  const { url, drop } = await raceDatabases.PostgreSQL()
  const store = createConversationStore({ url })
  await fillTrial(store)
  const moves = inboxMigrations(store.forAccount('acme'))
  const { id } = await moves.start(between)
  const child = spawn('npx', ['tsx', example('worker.ts')], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  await lineOf(child, `[InboxMigration ${id}] is completed`)
  expect(await moves.get(id)).toMatchObject({ status: 'completed', moved: { conversations: 118 } })
  const ended = once(child, 'exit')
  // Its own group, because npx starts the program as a child.
  process.kill(-Number(child.pid), 'SIGTERM')
  await ended
  expect((await store.forAccount('acme').listLeases()).items).toEqual([])
  await store.close()
  await drop()
})

test.skipIf(isServerAbsent('postgres'))('a job of pg-boss moves behind the jobs that came after it', async () => {
  const { url, drop } = await raceDatabases.PostgreSQL()
  const store = createConversationStore({ url })
  await fillTrial(store)
  const boss = new PgBoss({ connectionString: url, max: 2, supervise: false, schedule: false })
  // Without a listener, a connection that breaks while it is closed would end the process.
  boss.on('error', () => undefined)
  await boss.start()
  await boss.createQueue(queue)
  const { onActiveConflict: _, ...inboxes } = between
  const id = await startInPgBoss(boss, store, { accountId: 'acme', userId: 'lan', ...inboxes })
  await boss.send(queue, { task: 'answer a customer' })
  const done: string[] = []
  const over = new Promise<void>((resolve) => {
    const onAudit = ({ type, migrationId }: InboxMigrationAudit) => {
      done.push(`${type} ${migrationId}`)
      resolve()
    }
    void workInPgBoss(boss, store, onAudit, async (task) => void done.push(task))
  })
  await over
  expect(done).toEqual(['answer a customer', `ended ${id}`])
  expect((await store.forAccount('acme').findByOa({ oaId: 'twilio-1' })).items).toHaveLength(2)
  await boss.stop({ graceful: true })
  await store.close()
  await drop()
})

async function lineOf(child: ChildProcess, beginning: string): Promise<void> {
  if (child.stdout === null) throw new Error('the process has no output')
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith(beginning)) return
  throw new Error('the process ended before')
}
