import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { mongoBackend } from './mongo-backend.js'
import { serverLeftOut } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('mongoStandalone'))('the contract on a standalone mongod', () => {
  const backend = () => mongoBackend({ name: 'mongo, standalone', url: serverUrl('mongoStandalone'), isReplicaSet: false })
  runContract({ backend, test, leftOut: serverLeftOut })
})
