/** What a client said it would take, best first; entries it refuses (`q=0`) are left out. */
export function preferences(header: string | undefined): readonly string[] {
  return (header ?? "")
    .split(",")
    .map((entry) => {
      const [value = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return { value, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ value, quality }) => value !== "" && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ value }) => value);
}
