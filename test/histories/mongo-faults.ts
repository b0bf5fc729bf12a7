import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import type { RestartableServer } from '../servers/running.js'
import type { Faults } from './faults.js'
import type { Random } from './random.js'

const writes = ['insert', 'update', 'delete', 'findAndModify', 'bulkWrite', 'commitTransaction']
const reads = ['find', 'aggregate']
// Interrupted, stepped down, write conflict, exceeded time, shutdown in progress, no space, and a code nobody has.
const codes = [11_601, 11_602, 10_107, 112, 50, 91, 189, 262, 14_031, 99_999]

export interface MongoFaultOptions {
  readonly isReplicaSet: boolean
  readonly pauseMs: number
}

/** Kills processes and the server, lets commands fail or lose their connection, and makes the primary step down. */
export function mongoFaults(server: RestartableServer, { isReplicaSet, pauseMs }: MongoFaultOptions): Faults {
  const admin = async (command: object): Promise<void> => {
    const client = new MongoClient(server.url, { directConnection: true })
    try {
      await client.db('admin').command({ ...command })
    } finally {
      await client.close()
    }
  }
  return {
    pauseMs,
    async cause(random, { killProcess }) {
      const kind = random.next()
      if (kind < 0.1) {
        killProcess()
        return 'kill -9 of a process'
      }
      if (kind < 0.15) {
        await server.restart('SIGKILL')
        return 'kill -9 of the server'
      }
      if (kind < 0.25 && isReplicaSet) {
        await stepDown(admin)
        return 'step-down'
      }
      await admin({ configureFailPoint: 'failCommand', mode: { times: 1 + random.below(3) }, data: failure(random) })
      return 'failed commands'
    },
    end: () => admin({ configureFailPoint: 'failCommand', mode: 'off' }),
  }
}

function failure(random: Random): object {
  const failCommands = [random.pick(random.chance(0.8) ? writes : reads)]
  const kind = random.below(3)
  if (kind === 0) return { failCommands, closeConnection: true }
  if (kind === 1) return { failCommands, errorCode: random.pick(codes) }
  return { failCommands, writeConcernError: { code: random.pick([64, 91, 189]), errmsg: 'the write may be lost' } }
}

/** The only member of a set becomes the primary again by itself. */
async function stepDown(admin: (command: object) => Promise<void>): Promise<void> {
  await admin({ replSetStepDown: 1, secondaryCatchUpPeriodSecs: 0, force: true }).catch(() => {})
  await sleep(1_000)
  await admin({ replSetFreeze: 0 }).catch(() => {})
}
