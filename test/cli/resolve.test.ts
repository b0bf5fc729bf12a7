import { expect, test } from 'vitest'
import { database, fakeMigrator, migrateReport } from './fake-migrator.js'
import { run } from './run-in-process.js'

test('resolve asks, says who decides, and needs to know what', async () => {
  const { migrator, asked } = fakeMigrator()
  expect((await run(['resolve', '@003', '--applied'], { migrator })).stderr).toContain('--yes is needed where nobody can be asked')
  expect((await run(['resolve', '@003', '--yes'], { migrator })).stderr).toBe(
    'conversation-store: resolve needs one of --applied, --rolled-back and --forget\n',
  )
  expect((await run(['resolve', '@003', '--applied', '--forget', '--yes'], { migrator })).exitCode).toBe(2)
  expect(asked).toEqual([])
  for (const [flag, sentence] of [
    ['--applied', 'is applied'],
    ['--rolled-back', 'is undone'],
    ['--forget', 'never was'],
  ] as const) {
    const { questions, exitCode } = await run(['resolve', '@003', flag, '--tenant=acme'], { migrator, answer: 'yes' })
    expect(questions).toEqual([`This writes into the ledger that @003 ${sentence}, and runs nothing. Type yes to go on: `])
    expect(exitCode).toBe(0)
  }
  expect(asked).toMatchObject(
    ['applied', 'rolled-back', 'forget'].map((as) => ({
      method: 'resolve',
      options: { migration: '@003', as, tenants: ['acme'], by: expect.stringMatching(/./) },
    })),
  )
})

test('baseline needs a version, asks, and shows beforehand what it would write', async () => {
  const report = migrateReport('done', [database({ state: 'pending', migrations: ['@001', '@002'] })], true)
  const { migrator, asked } = fakeMigrator({ baseline: async () => report })
  expect((await run(['baseline', '--yes'], { migrator })).stderr).toBe(
    'conversation-store: --to is needed: the version up to which the database has everything\n',
  )
  const { stdout } = await run(['baseline', '--to=002', '--dry-run'], { migrator })
  expect(stdout).toMatch(/^\(public\) +chat_public +would be written +2 migrations: @001, @002$/m)
  expect((await run(['baseline', '--to=002'], { migrator, answer: 'no' })).questions).toEqual([
    'This writes into the ledgers that your own migrations up to 002 are applied, and runs nothing. Type yes to go on: ',
  ])
  expect(asked).toMatchObject([{ method: 'baseline', options: { to: '002', dryRun: true } }])
})
