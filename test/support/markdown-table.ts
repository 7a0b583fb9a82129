/** The cells of each row of the table that starts with `header`. */
export function tableOf(text: string, header: string): readonly (readonly string[])[] {
  const lines = text.slice(text.indexOf(header)).split("\n");
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
