import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe } from 'vitest'
import { mongo } from '../../src/mongo/index.js'
import { type MongoBackend, mongoBackend } from '../contract/mongo-backend.js'
import { serverUrl } from '../contract/server.js'
import { type CrashBackend, sweep } from './crash-sweep.js'
import { type CuttingProxy, cuttingProxy } from './cutting-proxy.js'

const url = serverUrl('mongoReplicaSet')
let backend: MongoBackend
beforeAll(async () => {
  backend = await mongoBackend({ name: 'crash', url, isReplicaSet: true })
})
afterAll(() => backend.close())

// The driver's own second attempts would hide what a crash leaves.
const alone = { retryWrites: false, retryReads: false, maxPoolSize: 1 }

for (const moment of ['before', 'after'] as const) {
  describe(`a connection to MongoDB cut ${moment} a command is answered`, () => {
    let proxy: CuttingProxy
    let client: MongoClient
    let crash: CrashBackend
    beforeAll(async () => {
      const server = new URL(url)
      proxy = await cuttingProxy({ host: server.hostname, port: Number(server.port) })
      client = new MongoClient(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`, alone)
      const { db } = backend
      crash = {
        adapter: mongo({ client, db: db.databaseName }),
        raw: backend.raw,
        async arm(nth) {
          await client.db(db.databaseName).command({ ping: 1 })
          proxy.arm(nth, moment)
        },
        disarm: async () => proxy.disarm(),
      }
    })
    afterAll(async () => {
      await client.close()
      await proxy.close()
    })
    sweep(() => crash)
  })
}

describe('a command that fails on MongoDB', () => {
  let client: MongoClient
  let crash: CrashBackend
  beforeAll(async () => {
    client = await new MongoClient(url, { ...alone, appName: 'crash-sweep', monitorCommands: true }).connect()
    let failed = 0
    client.on('commandFailed', () => {
      failed += 1
    })
    const admin = backend.client.db('admin')
    crash = {
      adapter: mongo({ client, db: backend.db.databaseName }),
      raw: backend.raw,
      async arm(nth) {
        failed = 0
        const failCommands = ['find', 'aggregate', 'findAndModify', 'insert', 'update', 'delete', 'commitTransaction']
        // 8 is UnknownError: nothing that a driver or an adapter takes for passing.
        const data = { failCommands, errorCode: 8, appName: 'crash-sweep' }
        await admin.command({ configureFailPoint: 'failCommand', mode: { skip: nth - 1 }, data })
      },
      async disarm() {
        await admin.command({ configureFailPoint: 'failCommand', mode: 'off' })
        return failed > 0
      },
    }
  })
  afterAll(() => client.close())
  sweep(() => crash)
})
