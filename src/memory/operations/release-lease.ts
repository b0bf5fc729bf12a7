import type { ReleaseLease, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

export function releaseLease(database: MemoryDatabase, input: WriteStamp & ReleaseLease): void {
  const { leases } = database.account(input.accountId)
  if (leases.find(input)?.token === input.token) leases.remove(input)
}
