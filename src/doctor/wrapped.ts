/** Breaks a line between words; what is indented goes on at the margin. Words longer than the width stay whole. */
export function wrapped(line: string, { width, margin }: { width: number; margin: number }): string {
  if (line.length <= width) return line;
  const indent = line.startsWith(" ") ? margin : 0;
  const end = Math.max(line.lastIndexOf(" ", width), line.indexOf(" ", indent));
  if (end <= indent) return line;
  return `${line.slice(0, end)}\n${wrapped(`${" ".repeat(indent)}${line.slice(end + 1)}`, { width, margin })}`;
}
