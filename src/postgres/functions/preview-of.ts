import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

export function previewOf(): SqlFunction {
  return {
    name: 'preview_of',
    parameters: 'p_text text, p_attachments jsonb',
    returns: 'text',
    attributes: `language sql immutable ${expressionSettings}`,
    body: ` select coalesce(nullif(left(p_text, 160), ''), '[' || (p_attachments->0->>'type') || ']') `,
  }
}
