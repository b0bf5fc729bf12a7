import type { CollectionMigration } from '../../src/mongo/migrator/migration.js'
import type { PostgresMigration } from '../../src/postgres/migrator/migration.js'

const people = 60
const inAPage = 20

// A host's own migrations, of which one goes over rows in batches. Each batch counts its rows in two places by two
// writes, so a batch that took effect twice, or by half, can be told from one that took effect once.
const ofTenants = { isPublic: false, isTenant: true }

export const mongoRows: readonly CollectionMigration[] = [
  {
    ...ofTenants,
    collectionName: 'people',
    version: '001',
    name: '001-people',
    description: 'People.',
    indexes: [],
    async up(db, name) {
      const upserts = Array.from({ length: people }, (_, n) => ({
        updateOne: { filter: { _id: n }, update: { $setOnInsert: { runs: 0 } }, upsert: true },
      }))
      await db.collection(name).bulkWrite(upserts)
    },
  },
  {
    ...ofTenants,
    collectionName: 'people',
    version: '002',
    name: '002-count-people',
    description: 'Counts them.',
    indexes: [],
    async up(db, name, { batch }) {
      await batch({ size: inAPage }, async (documents, { session }) => {
        const counted = documents.map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $inc: { runs: 1 } } } }))
        await db.collection(name).bulkWrite(counted, { session })
        await db.collection('totals').updateOne({ _id: name }, { $inc: { n: documents.length } }, { session, upsert: true })
      })
    },
  },
]

export const postgresRows: readonly PostgresMigration[] = [
  {
    ...ofTenants,
    id: '001-people',
    description: 'People.',
    tx: true,
    steps: [
      {
        name: 'people',
        sql: [
          'create table people (id integer not null primary key, runs integer not null default 0)',
          'create table totals (name text not null primary key, n integer not null)',
          `insert into people (id) select n from generate_series(1, ${people}) n`,
          `insert into totals (name, n) values ('people', 0)`,
        ],
      },
    ],
  },
  {
    ...ofTenants,
    id: '002-count-people',
    description: 'Counts them.',
    tx: false,
    steps: [],
    async up(_, { batch }) {
      await batch({ table: 'people', key: 'id', size: inAPage }, async (rows, session) => {
        await session.query('update people set runs = runs + 1 where id = any($1)', [rows.map(({ id }) => id)])
        await session.query(`update totals set n = n + $1 where name = 'people'`, [rows.length])
      })
    },
  },
]
