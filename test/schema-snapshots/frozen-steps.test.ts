import { expect, test } from 'vitest'
import { libraryVersion } from '../../src/migrator/kernel/library-version.js'
import { migrationId } from '../../src/migrator/kernel/migration.js'
import { storeMigrations } from '../../src/mongo/schema/steps.js'
import { latestSchema, migrationSteps } from '../../src/postgres/schema/steps.js'
import { present } from '../contract/present.js'
import { readSnapshot, snapshotVersions } from './snapshot.js'
import { changedSteps, stepDigests } from './step-digests.js'

const snapshots = snapshotVersions().map(readSnapshot)

test('every released step is what was released', () => {
  expect(snapshots.flatMap(({ version, steps }) => changedSteps(version, steps, stepDigests()))).toEqual([])
})

test('a released step that was changed or taken out is told, and what to do', () => {
  const released = stepDigests()
  const [first, ...others] = migrationSteps
  const tables = present(first)
  const wider = { ...tables, statements: (...args: Parameters<typeof tables.statements>) => [...tables.statements(...args), 'select 1'] }
  expect(changedSteps('0.1.0', released, stepDigests([wider, ...others]))).toEqual([
    expect.stringMatching(/^postgres: step 001-tables \(plain\) .* write a new step \(CONTRIBUTING\.md/),
    expect.stringMatching(/^postgres: step 001-tables \(partitioned\) /),
  ])
  const onlyHere = { ...tables, undo: () => [] }
  expect(changedSteps('0.1.0', released, stepDigests([onlyHere, ...others]))).toEqual([
    expect.stringMatching(/^postgres: step 001-tables \(undo\) /),
  ])
  const { 'conversation-store/messages@001': _, ...rest } = released.mongo
  expect(changedSteps('0.1.0', released, { ...released, mongo: rest })).toEqual([
    expect.stringMatching(/^mongo: step conversation-store\/messages@001 \(ledger\) /),
  ])
})

test('what no release has yet is numbered above everything that a release has, and below its functions', () => {
  const newest = present(snapshots.at(-1))
  const added = migrationSteps.map(({ number }) => number).slice(Object.keys(newest.steps.postgres).length)
  expect(added.filter((number) => number <= newest.schema.postgres)).toEqual([])
  const isReleased = (migration: (typeof storeMigrations)[number]) => newest.steps.mongo[migrationId(migration)] !== undefined
  const versions = storeMigrations.filter((migration) => !isReleased(migration)).map(({ version }) => Number(version))
  expect(versions.filter((version) => version <= newest.schema.mongo)).toEqual([])
  expect(migrationSteps.filter(({ number }) => number >= latestSchema)).toEqual([])
})

test('the version of the package has a snapshot', () => {
  expect(snapshotVersions(), 'npm run schema:snapshot writes the snapshot of a release').toContain(libraryVersion)
})
