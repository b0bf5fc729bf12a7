import { describe, expect, test } from 'vitest'
import { failureOf } from '../../src/migrator/database-failure.js'
import type { DatabaseReport } from '../../src/migrator/migrator.js'
import { ConversationStoreError } from '../../src/model/errors.js'
import { database, fakeMigrator, migrateReport } from './fake-migrator.js'
import { run } from './run-in-process.js'

const step = {
  step: 'drop client_configs',
  would: ['drop table client_configs -- client_configs: 3 rows'],
  count: 3,
  obstacles: ['table client_configs holds 3 rows: without --drop-data it is kept, and the migration is not undone'],
}
const pending = (tenantId: string | null, name: string): DatabaseReport =>
  database({ tenantId, database: name, state: 'pending', migrations: ['@001'], preview: [{ migration: '@001', steps: [step] }] })

function migratorOf(...databases: readonly DatabaseReport[]) {
  return fakeMigrator({ down: async ({ dryRun }) => (dryRun ? migrateReport('done', databases, true) : migrateReport('done', [])) })
}

/** The calls that did more than look. */
const done = ({ asked }: ReturnType<typeof fakeMigrator>) =>
  asked.filter(({ options }) => (options as { dryRun?: boolean }).dryRun !== true)

describe('down', () => {
  test('keeps data with --yes alone, and its question says so', async () => {
    const fake = fakeMigrator()
    expect((await run(['down', '--yes'], { migrator: fake.migrator })).exitCode).toBe(0)
    expect(fake.asked).toMatchObject([{ method: 'down', options: { dropData: false, dryRun: false } }])
    const { questions } = await run(['down'], { migrator: fake.migrator, answer: 'no' })
    expect(questions).toEqual(['This undoes the last migration of all databases. What holds data is kept. Type yes to go on: '])
  })

  test('drops data once the name of the database is typed, and tells beforehand what', async () => {
    const fake = migratorOf(pending('acme', 'chat_acme'))
    const argv = ['down', '--tenant=acme', '--drop-data']
    for (const answer of ['yes', 'acme', '']) expect((await run(argv, { migrator: fake.migrator, answer })).exitCode).toBe(1)
    expect(done(fake)).toEqual([])
    const typed = await run(argv, { migrator: fake.migrator, answer: 'chat_acme' })
    expect(typed.questions).toEqual([
      'This undoes the last migration of acme. Data is lost: table client_configs holds 3 rows. Type chat_acme to go on: ',
    ])
    expect(done(fake)).toMatchObject([{ options: { dropData: true, tenants: ['acme'] } }])
  })

  test('says in general words what is lost where the plan counts nothing', async () => {
    const counted = pending('acme', 'chat_acme')
    const uncounted = { ...counted, preview: counted.preview.map((each) => ({ ...each, steps: [{ ...step, obstacles: [] }] })) }
    const { questions } = await run(['down', '--tenant=acme', '--drop-data'], { migrator: migratorOf(uncounted).migrator, answer: '' })
    expect(questions).toEqual(['This undoes the last migration of acme. Data that it holds is lost. Type chat_acme to go on: '])
  })

  test('drops data with --yes=<name>, and with no other --yes', async () => {
    const fake = migratorOf(pending(null, 'chat_public'))
    const refused = async (...more: string[]) => {
      const { exitCode, stderr } = await run(['down', '--to=0', '--drop-data', ...more], { migrator: fake.migrator })
      expect(exitCode).toBe(2)
      return stderr
    }
    const what = 'This undoes all that is later than 0 of all databases. Data is lost: table client_configs holds 3 rows.'
    expect(await refused()).toBe(`conversation-store: --yes=chat_public is needed where nobody can be asked: ${what}\n`)
    expect(await refused('--yes')).toBe(`conversation-store: --yes must name the database whose data is dropped, chat_public: ${what}\n`)
    expect(await refused('--yes=chat_other')).toContain('--yes must name the database whose data is dropped, chat_public')
    expect(await refused('--yes=')).toBe('conversation-store: --yes needs the name of a database behind the =\n')
    expect(done(fake)).toEqual([])
    expect((await run(['down', '--to=0', '--drop-data', '--yes=chat_public'], { migrator: fake.migrator })).exitCode).toBe(0)
    expect(done(fake)).toHaveLength(1)
  })

  test('drops the data of one database at a time', async () => {
    const fake = migratorOf(pending(null, 'chat_public'), pending('acme', 'chat_acme'))
    const { exitCode, stderr } = await run(['down', '--drop-data', '--yes=chat_public'], { migrator: fake.migrator })
    expect([exitCode, done(fake)]).toEqual([2, []])
    expect(stderr).toBe(
      'conversation-store: --drop-data works on one database at a time: choose it with --public-only, or with --tenant and one id\n',
    )
  })

  test('takes a name for nothing else, and so does no other command', async () => {
    const { migrator } = fakeMigrator()
    expect((await run(['down', '--yes=chat_public'], { migrator })).stderr).toBe(
      'conversation-store: --yes names a database only with --drop-data\n',
    )
    expect((await run(['lock', 'break', 'a', '--yes=a'], { migrator })).stderr).toBe('conversation-store: --yes takes no value\n')
  })

  test('shows every statement with its rows in a dry run, and afterwards what was kept', async () => {
    const dry = await run(['down', '--dry-run'], { migrator: migratorOf(pending(null, 'chat_public')).migrator })
    expect(dry.stdout).toContain(
      '  @001\n    drop client_configs (over 3)\n      drop table client_configs -- client_configs: 3 rows\n      ! table client_configs holds 3 rows: without --drop-data it is kept, and the migration is not undone\n',
    )
    const undone = database({ migrations: ['users@001'], kept: [{ what: 'collection users', rows: 1 }] })
    const { stdout } = await run(['down', '--yes'], {
      migrator: fakeMigrator({ down: async () => migrateReport('done', [undone]) }).migrator,
    })
    expect(stdout).toContain('  kept: collection users holds 1 document, and down drops no data without --drop-data\n')
  })

  test('that kept data names the command that shows it', () => {
    const error = new ConversationStoreError('DATA_KEPT', {
      database: 'chat_acme',
      migration: '@001',
      kept: [{ what: 'table users', rows: 2 }],
    })
    expect(failureOf(error, 'acme', { command: 'down', storeAlone: undefined })).toMatchObject({
      code: 'DATA_KEPT',
      migration: '@001',
      next: 'npx conversation-store down --dry-run --tenant=acme',
      details: { kept: [{ what: 'table users', rows: 2 }] },
    })
  })
})
