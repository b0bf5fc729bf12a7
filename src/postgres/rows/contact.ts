import type { Contact } from '../../model/records.js'
import { columns, type Row } from '../columns.js'
import { jsonObject, text, textOrNull, time } from '../readers.js'

export const contactRow = columns({
  id: text,
  account_id: text,
  name: textOrNull,
  name_source: textOrNull<NonNullable<Contact['nameSource']>>,
  metadata: jsonObject,
  created_at: time,
  updated_at: time,
})

export function toContact(found: Row): Contact {
  const row = contactRow.of(found)
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    name: textOrNull(row.name),
    nameSource: textOrNull(row.name_source),
    metadata: jsonObject(row.metadata),
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
  }
}
