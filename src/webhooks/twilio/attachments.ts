import type { AttachmentInput } from '../../model/event-inputs.js'
import { limits } from '../../model/limits.js'
import { present, stringField } from '../reading/fields.js'

/** Reads the files, which have numbered names, and a place. */
export function readAttachments(body: unknown): readonly AttachmentInput[] {
  const files: AttachmentInput[] = []
  for (let index = 0; index < limits.attachments; index++) {
    const url = stringField(body, `MediaUrl${index}`) || null
    if (url === null) break
    const mimeType = stringField(body, `MediaContentType${index}`) || null
    files.push({ type: typeOf(mimeType), url, payload: present({ mimeType }) })
  }
  const place = readLocation(body)
  return place === null ? files : [...files, place]
}

function typeOf(mimeType: string | null): string {
  const kind = mimeType?.split('/')[0]?.toLowerCase() ?? ''
  return ['image', 'video', 'audio'].includes(kind) ? kind : 'file'
}

function readLocation(body: unknown): AttachmentInput | null {
  const [lat, lng] = [readNumber(body, 'Latitude'), readNumber(body, 'Longitude')]
  if (lat === null || lng === null) return null
  return { type: 'location', payload: present({ lat, lng, name: stringField(body, 'Label'), address: stringField(body, 'Address') }) }
}

function readNumber(body: unknown, name: string): number | null {
  const text = stringField(body, name) ?? ''
  return /^-?\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : null
}
