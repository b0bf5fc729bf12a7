import { previewText } from './expressions/preview.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

export function previewOf(): SqlFunction {
  return {
    name: 'preview_of',
    parameters: 'p_text text, p_attachments jsonb',
    returns: 'text',
    attributes: `language sql immutable ${expressionSettings}`,
    body: ` select ${previewText('p_text', 'p_attachments')} `,
  }
}
