import { ConversationStoreError } from '../../model/errors.js'
import { changedContact } from '../../model/planning/change-contact.js'
import { toContact } from '../../model/planning/to-records.js'
import type { Contact } from '../../model/records.js'
import type { ContactPatch, ContactTarget, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { targetContact } from '../targets.js'
import { stampOf } from '../write-stamp.js'

export function updateContact(database: MemoryDatabase, input: WriteStamp & ContactTarget & { readonly patch: ContactPatch }): Contact {
  const account = database.account(input.accountId)
  return account.write(() => {
    const row = targetContact(account.world, input)
    if (row === null) throw new ConversationStoreError('NOT_FOUND', { what: 'contact' })
    const next = changedContact(row, stampOf(input), structuredClone(input.patch))
    if (next !== row) account.people.putContact(next)
    return toContact(next)
  })
}
