import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { mongoBackend } from './mongo-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the contract on a MongoDB replica set', () => {
  runContract({ backend: () => mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true }), test })
})
