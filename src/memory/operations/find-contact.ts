import { toContact } from '../../model/planning/to-records.js'
import type { Contact } from '../../model/records.js'
import type { ContactTarget, Scoped } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { targetContact } from '../targets.js'

export function findContact(database: MemoryDatabase, input: Scoped & ContactTarget): Contact | null {
  const row = targetContact(database.account(input.accountId).world, input)
  return row && toContact(row)
}
