/** Small drawings beside words; never the only carrier of a meaning, so hidden from screen readers. */
const drawings = {
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  clock: <path d="M12 7v5l3.5 2M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z" />,
  cross: <path d="m6.5 6.5 11 11m0-11-11 11" />,
  hourglass: (
    <path d="M7 3.5h10M7 20.5h10M8 3.5c0 5 8 6.5 8 8.5s-8 3.5-8 8.5m8 0c0-5-8-6.5-8-8.5s8-3.5 8-8.5" />
  ),
  info: <path d="M12 11v5.5M12 7.7v.1M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z" />,
  warning: <path d="M12 9.5v4.5m0 2.9v.1M12 3.5 2.800 19.5h18.400Z" />,
  person: <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8c.6-4 3.600-5.5 7.5-5.5s6.9 1.5 7.5 5.5" />,
  pin: (
    <path d="M12 21.5c4.5-4.600 7-8.100 7-11.5a7 7 0 0 0-14 0c0 3.400 2.5 6.9 7 11.5Zm0-9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z" />
  ),
  calendar: <path d="M4.5 6h15v14h-15Zm0 4.5h15M8.5 3.5V7m7-3.5V7" />,
  forward: <path d="m9.5 5.5 6.5 6.5-6.5 6.5" />,
  back: <path d="M14.5 5.5 8 12l6.5 6.5" />,
}

export type IconName = keyof typeof drawings

export const Icon = ({ name }: { name: IconName }) => (
  <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    {drawings[name]}
  </svg>
)
