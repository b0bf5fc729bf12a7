import type { AttachmentInput } from '../../model/event-inputs.js'
import type { JsonObject } from '../../model/json.js'
import { limits } from '../../model/limits.js'
import { field, listField, present, storableObject, stringField } from '../reading/fields.js'

/** Reads the attachments. Some senders put them beside the message instead of into it. */
export function readAttachments(event: unknown): readonly AttachmentInput[] {
  const inside = listField(field(event, 'message'), 'attachments')
  return (inside.length > 0 ? inside : listField(event, 'attachments')).slice(0, limits.attachments).map(readAttachment)
}

function readAttachment(attachment: unknown): AttachmentInput {
  const type = (stringField(attachment, 'type') ?? '').toLowerCase().slice(0, 64) || 'unknown'
  const payload = field(attachment, 'payload')
  const name = stringField(payload, 'name')
  return {
    type,
    url: stringField(payload, 'url') ?? stringField(payload, 'link_url'),
    name: name !== null && Buffer.byteLength(name) <= limits.nameBytes ? name : null,
    payload: type === 'location' ? readLocation(payload) : storableObject(payload, ['url', 'name']),
  }
}

/** The coordinates are text, and 0/0 is a place. */
function readLocation(payload: unknown): JsonObject | null {
  const coordinates = field(payload, 'coordinates')
  const [lat, lng] = [readNumber(coordinates, 'latitude'), readNumber(coordinates, 'longitude')]
  if (lat === null || lng === null) return storableObject(payload)
  return present({ ...storableObject(payload, ['coordinates']), lat, lng })
}

function readNumber(coordinates: unknown, name: string): number | null {
  const given = field(coordinates, name)
  const number = typeof given === 'string' && /^-?\d{1,3}(\.\d+)?$/.test(given) ? Number(given) : given
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}
