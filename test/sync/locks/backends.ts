import type { ContractBackend } from '../../../src/contract/index.js'
import { memoryBackend } from '../../contract/memory.js'
import { mongoBackend } from '../../contract/mongo-backend.js'
import { pgliteBackend } from '../../contract/pglite.js'
import { postgresBackend } from '../../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../../contract/server.js'

/** The databases on which the locks of syncs have to work alike, each with whether this machine lacks it. */
export const backends: readonly (readonly [name: string, isAbsent: boolean, open: () => Promise<ContractBackend>])[] = [
  ['memory', false, async () => memoryBackend()],
  ['PGlite', false, pgliteBackend],
  ['PostgreSQL', isServerAbsent('postgres'), () => postgresBackend({ name: 'postgres', url: serverUrl('postgres') })],
  [
    'MongoDB',
    isServerAbsent('mongoReplicaSet'),
    () => mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true }),
  ],
  [
    'a standalone MongoDB',
    isServerAbsent('mongoStandalone'),
    () => mongoBackend({ name: 'mongo', url: serverUrl('mongoStandalone'), isReplicaSet: false }),
  ],
]
