/** The kinds of question that are asked: with the editor's, half of a program would be its encodings. */
export { confirm, input, password, select } from '@inquirer/prompts';
