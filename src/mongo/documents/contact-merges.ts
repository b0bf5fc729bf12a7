import type { ContactMergeRow, TypedOfContact } from '../../model/planning/rows.js'
import type { Doc } from '../driver.js'
import { readJson, storeJson } from '../json-field.js'
import { integer, text, textOrNull, texts, time, timeOrNull } from './fields.js'

/** A merge that stands. */
export function contactMergeDocument(row: ContactMergeRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    kept_id: row.keptId,
    lost_id: row.lostId,
    place: row.place,
    moved_ids: row.movedIds,
    kept: typedDocument(row.kept),
    lost: typedDocument(row.lost),
    standing: true,
    created_at: row.createdAt,
  }
}

export function contactMergeRow(doc: Doc): ContactMergeRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    keptId: text(doc.kept_id),
    lostId: text(doc.lost_id),
    place: integer(doc.place),
    movedIds: texts(doc.moved_ids),
    kept: typed(doc.kept as Doc),
    lost: typed(doc.lost as Doc),
    undoneAt: timeOrNull(doc.undone_at),
    undoneBy: textOrNull(doc.undone_by),
    createdAt: time(doc.created_at),
  }
}

function typedDocument({ name, nameSource, metadata }: TypedOfContact): Doc {
  return { name, name_source: nameSource, metadata: storeJson(metadata) }
}

function typed(doc: Doc): TypedOfContact {
  const nameSource = textOrNull(doc.name_source) as TypedOfContact['nameSource']
  return { name: textOrNull(doc.name), nameSource, metadata: readJson(doc.metadata) }
}
