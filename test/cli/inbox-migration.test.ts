import { beforeEach, describe, expect, test } from 'vitest'
import { inboxMigrations, work } from '../../src/inbox-migrations/index.js'
import type { ConversationStore } from '../../src/store/create-conversation-store.js'
import { between, destinationOaId, house, silent, sleepless, sourceOaId } from '../inbox-migrations/moving.js'
import { type Circumstances, run as runIn, scratchDirectory } from './run-in-process.js'

const inboxes = [`--source=${sourceOaId}`, `--destination=${destinationOaId}`]
const skip = '--on-active-conflict=skip'

describe('the command inbox-migration', () => {
  let store: ConversationStore
  let account: ReturnType<ConversationStore['forAccount']>
  let advance: (ms: number) => void
  const run = (argv: readonly string[], circumstances: Circumstances = {}) =>
    runIn(['inbox-migration', ...argv], { store, ...circumstances })
  const json = async (argv: readonly string[], circumstances: Circumstances = {}) => {
    const { exitCode, stdout } = await run([...argv, '--json'], circumstances)
    const { report, error } = JSON.parse(stdout)
    return { exitCode, report, error }
  }
  const acme = '--account=acme'
  const started = async () => (await json(['start', acme, ...inboxes, skip, '--yes'])).report.migration.id
  const worked = () => work(store, { stopWhenIdle: true, clock: sleepless(), logger: silent })

  beforeEach(async () => {
    ;({ store, account, advance } = await house(3))
  })

  test('says where people can go, and what would move', async () => {
    await account.upsertConversation({ oaId: destinationOaId, customerId: 'c1' })
    const where = await run(['preview', acme, `--source=${sourceOaId}`])
    expect([where.exitCode, where.stdout]).toEqual([0, 'INBOX    CHANNEL   PROVIDER        NAME\ncloud-1  whatsapp  whatsapp_cloud  -\n'])
    const { exitCode, stdout } = await run(['preview', acme, ...inboxes])
    const { known, fingerprint } = (await json(['preview', acme, ...inboxes])).report.preview
    const [person] = known
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^From twilio-1 to cloud-1:\n {2}conversations {9}3\n {2}messages {14}6\n/)
    expect(stdout).toContain(`  known there           1
  active on both sides  1
  contacts to merge     1
  staying in any case   0

CUSTOMER  KNOWN BY  CONTACT                 CONTACT THERE           MEETS
c1        id        ${person.contactId}  ${person.destinationContactId}  an active conversation

Fingerprint: ${fingerprint}
`)
    expect((await run(['preview', acme, '--source=page-1'])).stdout).toBe('There is no inbox to which these people can move.\n')
  })

  test('starts once somebody typed MIGRATE, and says how to watch it', async () => {
    const argv = ['start', acme, ...inboxes, skip, '--user=lan']
    const asked = await run(argv, { answer: 'migrate' })
    expect([asked.exitCode, asked.stdout]).toEqual([1, 'Nothing was changed.\n'])
    expect(asked.questions).toEqual([
      'This moves 3 conversations of 3 people from twilio-1 to cloud-1, which knows 0 of them. Type MIGRATE to go on: ',
    ])
    const begun = await run(argv, { answer: 'MIGRATE ' })
    const [migration] = (await account.listInboxMigrations()).items
    expect(migration).toMatchObject({ ...between, status: 'queued', userId: 'lan', onActiveConflict: 'skip' })
    expect([begun.exitCode, begun.stdout]).toEqual([
      0,
      `The migration ${migration?.id} from twilio-1 to cloud-1 is queued. A worker takes it up.\nWatch it: conversation-store inbox-migration watch ${migration?.id} --account=acme\n`,
    ])
  })

  test('starts unasked with --yes alone, and by a fingerprint that holds', async () => {
    const argv = ['start', acme, ...inboxes, skip]
    const refused = await run(argv)
    expect([refused.exitCode, refused.stdout, refused.stderr]).toEqual([2, '', expect.stringContaining('--yes is needed')])
    const { fingerprint } = (await json(['preview', acme, ...inboxes])).report.preview
    await account.upsertConversation({ oaId: sourceOaId, customerId: 'later' })
    const stale = await json([...argv, '--yes', `--expect=${fingerprint}`])
    expect(stale).toMatchObject({ exitCode: 1, error: { code: 'STALE_PREVIEW' } })
    expect((await account.listInboxMigrations()).items).toEqual([])
    const begun = await run([...argv, '--yes'])
    expect([begun.exitCode, begun.questions]).toEqual([0, []])
    expect(await json([...argv, '--yes'])).toMatchObject({ exitCode: 4, error: { code: 'INBOX_MIGRATION_IN_PROGRESS' } })
  })

  test('begins nothing if more changed while somebody read the question', async () => {
    const argv = ['start', acme, ...inboxes, skip]
    const circumstances: Circumstances = { answer: 'MIGRATE' }
    const slow = { ...store, forAccount: store.forAccount }
    const reading = {
      ...slow,
      forAccount: (accountId: string) => {
        const scoped = store.forAccount(accountId)
        return {
          ...scoped,
          previewInboxMove: async (...call: Parameters<typeof scoped.previewInboxMove>) => {
            const part = await scoped.previewInboxMove(...call)
            await scoped.upsertConversation({ oaId: sourceOaId, customerId: `new ${part.people}` })
            return part
          },
        }
      },
    }
    expect((await run(argv, { ...circumstances, store: reading })).stderr).toContain('STALE_PREVIEW')
    expect((await account.listInboxMigrations()).items).toEqual([])
  })

  test('converts a number to another provider', async () => {
    const argv = ['convert', acme, `--source=${sourceOaId}`, '--destination=new-1', '--provider=360dialog']
    expect((await run(argv)).exitCode).toBe(2)
    const { questions, exitCode } = await run(argv, { answer: 'MIGRATE' })
    expect([exitCode, questions]).toEqual([
      0,
      ['This connects new-1 with 360dialog, and moves everybody of twilio-1 there. Type MIGRATE to go on: '],
    ])
    expect((await account.listInboxMigrations()).items).toMatchObject([{ kind: 'convert', destinationOaId: 'new-1' }])
  })

  test('watches until the end, with a bar', async () => {
    const id = await started()
    await account.moveInboxBatch({ migrationId: id, expectedBatches: 0, people: 1 })
    advance(3_000)
    await account.moveInboxBatch({ migrationId: id, expectedBatches: 1, people: 1 })
    const stop = new AbortController()
    const watched = run(['watch', id, acme], { signal: AbortSignal.any([stop.signal]), store: stoppedAfterOneLook(stop) })
    const { exitCode, stdout, stderr } = await watched
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^running \[#{13}-{7}\] 66 %, 2 of 3 conversations, 4 of 6 messages, 1 a second, about 2 s left$/m)
    expect(stdout).toBe(`The migration ${id} is running at 66 %: 2 of 3 conversations, 4 of 6 messages moved.\n`)
    await worked()
    const over = await json(['watch', id, acme])
    expect(over).toMatchObject({ exitCode: 0, report: { percentage: 100, remainingMs: null, migration: { id, status: 'completed' } } })
    expect((await run(['watch', 'none', acme])).exitCode).toBe(1)
  })

  function stoppedAfterOneLook(stop: AbortController): ConversationStore {
    return {
      ...store,
      forAccount: (accountId: string) => {
        const scoped = store.forAccount(accountId)
        const findInboxMigration: typeof scoped.findInboxMigration = async (input, options) => {
          const found = await scoped.findInboxMigration(input, options)
          stop.abort()
          return found
        }
        return { ...scoped, findInboxMigration }
      },
    }
  }

  test('cancels one at once or by its next batch, and says what moved', async () => {
    const first = await started()
    const cancelled = await run(['cancel', first, acme, '--user=lan'])
    expect([cancelled.exitCode, cancelled.stdout]).toEqual([
      0,
      `The migration ${first} is cancelled: 0 of 3 conversations, 0 of 6 messages moved.\n`,
    ])
    const second = await started()
    await account.moveInboxBatch({ migrationId: second, expectedBatches: 0, people: 1 })
    expect((await run(['cancel', second, acme])).stdout).toContain(`The migration ${second} ends with its next batch: 1 of 3`)
    await worked()
    const watched = await run(['watch', second, acme])
    expect([watched.exitCode, watched.stdout]).toEqual([1, expect.stringContaining('is cancelled: 1 of 3 conversations')])
  })

  test('moves back what one has moved, once somebody typed MIGRATE', async () => {
    const id = await started()
    await worked()
    expect((await run(['undo', id, acme])).exitCode).toBe(2)
    const declined = await run(['undo', id, acme], { answer: 'yes' })
    expect([declined.exitCode, declined.questions]).toEqual([
      1,
      ['This moves 3 conversations from cloud-1 back to twilio-1. Type MIGRATE to go on: '],
    ])
    const undone = await run(['undo', id, acme, '--user=lan'], { answer: 'MIGRATE' })
    expect([undone.exitCode, undone.stdout]).toEqual([0, expect.stringMatching(/^The migration \S+ from cloud-1 to twilio-1 is queued\. /)])
    await worked()
    expect((await account.listInboxMigrations()).items).toMatchObject([
      { kind: 'undo', undoes: id, userId: 'lan', status: 'completed' },
      { id },
    ])
    expect((await account.findByOa({ oaId: sourceOaId })).items).toHaveLength(3)
    expect(await json(['undo', id, acme, '--yes'])).toMatchObject({ exitCode: 1, error: { code: 'INBOX_UNDO_REFUSED' } })
    expect(await json(['undo', 'none', acme, '--yes'])).toMatchObject({ exitCode: 1, error: { code: 'NOT_FOUND' } })
  })

  test('shows the migrations of an account, and of all accounts those that are not over', async () => {
    expect((await run(['status'])).stdout).toBe('No inbox is moved.\n')
    const id = await started()
    const status = await run(['status', '--check'])
    expect(status.exitCode).toBe(3)
    expect(status.stdout).toBe(`ACCOUNT  MIGRATION               KIND  FROM      TO       STATUS  DONE  MOVED  OF  STAY  LEFT  WORKER
acme     ${id}  move  twilio-1  cloud-1  queued  0 %   0      3   0     -     -

! acme ${id}: nobody works on it; start a worker

1 migration
`)
    await account.acquireLease({ kind: 'inbox-migration', key: id, holder: 'host \u001b[2J', ttlMs: 60_000 })
    const held = await run(['status', '--check'])
    expect([held.exitCode, held.stdout]).toEqual([0, expect.stringMatching(/host {2}\[2J$/m)])
    await account.endInboxMigration({ migrationId: id, as: 'failed', message: 'the disk is full' })
    expect((await run(['status', '--check'])).stdout).toBe('No inbox is moved.\n')
    const failed = await run(['status', acme, '--check'])
    expect([failed.exitCode, failed.stdout]).toEqual([
      3,
      expect.stringContaining(`! acme ${id}: it failed: the disk is full; mend that, and start a new one`),
    ])
    expect((await run(['watch', id, acme])).stdout).toContain('! the disk is full')
    await started()
    const listed = await json(['status', acme, `--source=${sourceOaId}`, '--limit=1'])
    expect(listed.report.migrations).toMatchObject([{ migration: { status: 'queued' }, worker: null, percentage: 0 }])
    expect((await json(['status', acme, '--source=none'])).report.migrations).toEqual([])
  })

  test('works until nothing is left, and tells the audit of the configuration', async () => {
    const directory = await scratchDirectory({
      'conversation-store.config.mjs': `
export const config = { inboxMigrations: {
  onAudit: ({ type, status, code }) => { process.stderr.write(''); globalThis.heard = [...(globalThis.heard ?? []), [type, status ?? code]] },
  family: ({ channel }) => (channel === 'whatsapp' || channel === 'messenger' ? 'any' : null),
} }`,
    })
    const other = ['start', acme, `--source=${sourceOaId}`, '--destination=page-1', skip, '--yes']
    expect((await run(other)).stderr).toContain('nobody can move into page-1')
    const { id } = (await json(other, { directory })).report.migration
    const { exitCode, stdout, stderr } = await run(['work', '--stop-when-idle', '--at-once=2'], { directory })
    expect([exitCode, stdout]).toEqual([0, '1 migration came to an end here.\n'])
    expect(stderr).toContain(`[InboxMigration ${id}] is completed`)
    expect(await inboxMigrations(account).get(id)).toMatchObject({ status: 'completed', moved: { conversations: 3 } })
    expect(Reflect.get(globalThis, 'heard')).toEqual([
      ['started', 'queued'],
      ['ended', 'completed'],
    ])
    expect(await json(['work', '--stop-when-idle'])).toMatchObject({ exitCode: 0, report: { ended: [] } })
  })

  test('needs to know whose inboxes, which, and what becomes of conflicts', async () => {
    for (const [argv, what] of [
      [['preview'], '--account'],
      [['preview', acme], '--source'],
      [['start', acme, `--source=${sourceOaId}`, skip], '--destination'],
      [['start', acme, ...inboxes], '--on-active-conflict is needed: merge, close_source or skip'],
      [['start', acme, ...inboxes, '--on-active-conflict=overwrite'], '--on-active-conflict must be merge, close_source or skip'],
      [['convert', acme, ...inboxes], '--provider'],
      [['watch'], 'inbox-migration watch needs'],
      [['status', '--tenant=a,b'], '--tenant'],
    ] as const) {
      const refused = await run(argv)
      expect([refused.exitCode, refused.stdout, refused.stderr]).toEqual([2, '', expect.stringContaining(what)])
    }
  })
})
