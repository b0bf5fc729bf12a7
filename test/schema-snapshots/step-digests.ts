import { checksumOf } from '../../src/migrator/kernel/checksum.js'
import { migrationId } from '../../src/migrator/kernel/migration.js'
import { storeMigrations as mongoMigrations } from '../../src/mongo/schema/steps.js'
import { createNames } from '../../src/postgres/names.js'
import type { SchemaStep } from '../../src/postgres/schema/schema-step.js'
import { migrationSteps, runnableStoreMigrations } from '../../src/postgres/schema/steps.js'

/** A digest of each form of each numbered step, by engine, step and form. */
export type StepDigests = Readonly<Record<'postgres' | 'mongo', Readonly<Record<string, Readonly<Record<string, string>>>>>>

const plain = createNames({})
// These names have to be quoted, and show where a text forgets the prefix.
const strange = createNames({ schema: 'it\'s "a\\b" $1', tablePrefix: 'p"_' })

/** The digests of the steps of this version. What the ledger keeps of a step is one of them, as `ledger`. */
export function stepDigests(steps: readonly SchemaStep[] = migrationSteps): StepDigests {
  const checksums = new Map(runnableStoreMigrations().map(({ name, checksum }) => [name, checksum]))
  return {
    postgres: Object.fromEntries(
      steps.map((step) => {
        const name = `${String(step.number).padStart(3, '0')}-${step.name}`
        return [
          name,
          {
            ledger: checksums.get(name) ?? '',
            plain: checksumOf(step.statements(plain, { partitions: null })),
            partitioned: checksumOf(step.statements(strange, { partitions: 3 })),
            undo: checksumOf(step.undo(strange)),
          },
        ]
      }),
    ),
    mongo: Object.fromEntries(mongoMigrations.map((migration) => [migrationId(migration), { ledger: migration.checksum }])),
  }
}

/** Which released steps are gone or differ, each as a sentence that says what to do. */
export function changedSteps(version: string, released: StepDigests, present: StepDigests): readonly string[] {
  return (['postgres', 'mongo'] as const).flatMap((engine) =>
    Object.entries(released[engine]).flatMap(([step, forms]) =>
      Object.entries(forms)
        .filter(([form, digest]) => present[engine][step]?.[form] !== digest)
        .map(
          ([form]) =>
            `${engine}: step ${step} (${form}) is not what version ${version} released. A released step never changes: ` +
            'put its text back and write a new step (CONTRIBUTING.md, "A step of the schema").',
        ),
    ),
  )
}
