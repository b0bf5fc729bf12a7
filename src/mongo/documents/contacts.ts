import type { ContactRow } from '../../model/planning/rows.js'
import type { Doc } from '../driver.js'
import { readJson, storeJson } from '../json-field.js'
import { present, text, textOrNull, time } from './fields.js'
import { memoryFields, remembered } from './operations.js'

export function contactDocument(row: ContactRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    name: row.name,
    name_source: row.nameSource,
    metadata: storeJson(row.metadata),
    ...present('merged_into', row.mergedInto),
    ...memoryFields(row),
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  }
}

export function contactRow(doc: Doc): ContactRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    name: textOrNull(doc.name),
    nameSource: textOrNull(doc.name_source) as ContactRow['nameSource'],
    metadata: readJson(doc.metadata),
    mergedInto: textOrNull(doc.merged_into),
    ...remembered(doc),
    createdAt: time(doc.created_at),
    updatedAt: time(doc.updated_at),
  }
}
