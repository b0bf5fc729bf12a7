import type { Diagnosis } from '../../migrator/databases.js'
import { readHello } from '../../mongo/deployment.js'
import type { Doc, MongoClientLike, MongoDb } from '../../mongo/driver.js'
import { askForRights } from '../../mongo/migrator/lacking-rights.js'
import { checkSchema } from '../../mongo/schema/check-schema.js'
import { serverCode } from '../../mongo/translate-error.js'
import { diagnoseForeign } from '../diagnose-foreign.js'
import { diagnoseRights } from './diagnose-rights.js'

const lowestVersion = 5
const clockOffsetMs = 5_000
const longTransactionS = 60
const unauthorized = 13
/** Fixes how answers are read, because the host's own client may be set to return values in other types. */
const reading = { promoteValues: true, promoteLongs: true, useBigInt64: false, readPreference: 'primary' }

/** Examines the server and the rights on the public database. Only reads. Throws the driver's errors. */
export async function diagnose(client: MongoClientLike, publicDb: MongoDb, publicDatabase: string): Promise<readonly Diagnosis[]> {
  const askedAt = Date.now()
  const hello = await publicDb.command({ hello: 1 }, reading)
  const answeredAt = Date.now()
  const operations = await currentOperations(client.db('admin'))
  return [
    diagnoseVersion(await publicDb.command({ buildInfo: 1 }, reading)),
    diagnoseRights(await publicDb.command(askForRights, reading), publicDatabase),
    diagnoseTransactions(hello),
    diagnoseBuilds(operations),
    diagnoseForeign((await checkSchema(publicDb)).foreign ?? []),
    diagnoseClock(hello.localTime, askedAt, answeredAt),
    diagnoseLongTransactions(operations),
  ]
}

function diagnoseVersion({ version }: Doc): Diagnosis {
  const check = 'server version'
  const isEnough = Number.parseInt(String(version), 10) >= lowestVersion
  if (isEnough) return { check, state: 'ok', found: `MongoDB ${version}` }
  return { check, state: 'problem', found: `MongoDB ${version}; ${lowestVersion}.0 or newer is needed` }
}

function diagnoseTransactions(hello: Doc): Diagnosis {
  const check = 'transactions'
  const { transactions, sharded } = readHello(hello)
  if (transactions) return { check, state: 'ok', found: sharded ? 'a sharded cluster' : `the replica set ${hello.setName}` }
  const found = 'a standalone server has none: calls with events are refused, and a batch of a migration may come again after a crash; '
  return { check, state: 'warning', found: `${found}make it a replica set, of which one node is enough` }
}

function diagnoseClock(localTime: unknown, askedAt: number, answeredAt: number): Diagnosis {
  const check = 'clock'
  const offset = localTime instanceof Date ? localTime.getTime() - (askedAt + answeredAt) / 2 : 0
  const seconds = `${Math.abs(offset / 1000).toFixed(1)} s`
  if (Math.abs(offset) <= clockOffsetMs + (answeredAt - askedAt)) return { check, state: 'ok', found: `${seconds} from this machine's` }
  const found = `the server's is ${seconds} ${offset > 0 ? 'ahead of' : 'behind'} this machine's; leases go by the server's, yet one of the two is wrong`
  return { check, state: 'warning', found }
}

/** Returns what the server is working on, or null if this user may not see it. */
async function currentOperations(admin: MongoDb): Promise<readonly Doc[] | null> {
  const kept = { $or: [{ 'command.createIndexes': { $exists: true } }, { msg: /^Index Build/ }, { transaction: { $exists: true } }] }
  const shown = { ns: 1, msg: 1, progress: 1, createIndexes: '$command.createIndexes', openMicros: '$transaction.timeOpenMicros' }
  const pipeline = [{ $currentOp: { allUsers: true, idleSessions: true } }, { $match: kept }, { $project: shown }, { $limit: 1_000 }]
  try {
    const answer = await admin.command({ aggregate: 1, pipeline, cursor: {} }, reading)
    return ((answer.cursor as Doc).firstBatch ?? []) as Doc[]
  } catch (error) {
    if (serverCode(error) !== unauthorized) throw error
    return null
  }
}

const unseen = 'not to be seen by this user; the privilege `inprog` on the cluster shows it'

function diagnoseBuilds(operations: readonly Doc[] | null): Diagnosis {
  const check = 'indexes'
  if (operations === null) return { check, state: 'warning', found: `what is being built is ${unseen}` }
  const builds = operations.filter(({ createIndexes, msg }) => createIndexes !== undefined || /^Index Build/.test(String(msg)))
  if (builds.length === 0) return { check, state: 'ok', found: 'none is being built' }
  const places = [...new Set(builds.map(({ ns }) => String(ns)))].join(', ')
  return { check, state: 'warning', found: `being built in ${places}; a migration of the same waits for it` }
}

function diagnoseLongTransactions(operations: readonly Doc[] | null): Diagnosis {
  const check = 'long transactions'
  if (operations === null) return { check, state: 'warning', found: `they are ${unseen}` }
  const open = operations.map(({ openMicros }) => Number(openMicros ?? 0) / 1e6).filter((seconds) => seconds > longTransactionS)
  if (open.length === 0) return { check, state: 'ok', found: `none is open for more than ${longTransactionS} s` }
  const oldest = Math.round(Math.max(...open))
  return { check, state: 'warning', found: `${open.length} open, the oldest for ${oldest} s; an index is not built on what they hold` }
}
