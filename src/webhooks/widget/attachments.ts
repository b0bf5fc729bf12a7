import type { AttachmentInput } from '../../model/event-inputs.js'
import { limits } from '../../model/limits.js'
import { field, listField, storableObject, stringField } from '../reading/fields.js'

export function readAttachments(event: unknown): readonly AttachmentInput[] {
  return listField(event, 'attachments').slice(0, limits.attachments).map(readAttachment)
}

function readAttachment(attachment: unknown): AttachmentInput {
  const name = stringField(attachment, 'name')
  return {
    type: stringField(attachment, 'type')?.slice(0, 64) || 'file',
    url: stringField(attachment, 'url'),
    name: name !== null && Buffer.byteLength(name) <= limits.nameBytes ? name : null,
    payload: storableObject(field(attachment, 'payload')),
  }
}
