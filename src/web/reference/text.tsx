/** English with `code` between backticks, as the descriptions in the document are written. */
export const Marked = ({ text }: { text: string }) => (
  <>{text.split('`').map((part, place) => (place % 2 === 1 ? <code>{part}</code> : part))}</>
)

export const endpointId = (operation: string): string => `endpoint-${operation}`
export const objectId = (name: string): string => `object-${name}`
export const problemId = (code: string): string => `problem-${code}`
