import type { JsonObject } from '../../model/json.js'
import type { Contact } from '../../model/records.js'
import { columns, type Row } from '../columns.js'
import { json, text, textOrNull, time } from '../readers.js'

export const contactRow = columns({
  id: text,
  account_id: text,
  name: textOrNull,
  name_source: textOrNull<NonNullable<Contact['nameSource']>>,
  metadata: json<JsonObject | null>,
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
    metadata: json(row.metadata),
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
  }
}
