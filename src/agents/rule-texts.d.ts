/** Rule files are embedded as text. */
declare module "*.toml" {
  const text: string;
  export default text;
}
