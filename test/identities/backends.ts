import type { ContractBackend } from '../../src/contract/index.js'
import { memoryBackend } from '../contract/memory.js'
import { mongoBackend } from '../contract/mongo-backend.js'
import { postgresBackend } from '../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'

const connections = 16

export interface NamedBackend {
  readonly name: string
  readonly isAbsent: boolean
  open(): ContractBackend | Promise<ContractBackend>
}

/** The backends on which people may have many ids, each with 16 connections. */
export const backends: readonly NamedBackend[] = [
  { name: 'memory', isAbsent: false, open: memoryBackend },
  {
    name: 'PostgreSQL',
    isAbsent: isServerAbsent('postgres'),
    open: () => postgresBackend({ name: 'PostgreSQL', url: serverUrl('postgres'), poolSize: connections }),
  },
  {
    name: 'MongoDB',
    isAbsent: isServerAbsent('mongoReplicaSet'),
    open: () =>
      mongoBackend({
        name: 'MongoDB',
        url: serverUrl('mongoReplicaSet'),
        isReplicaSet: true,
        clientOptions: { maxPoolSize: connections },
      }),
  },
]
