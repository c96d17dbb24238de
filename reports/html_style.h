/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTML_STYLE_H
#define HTML_STYLE_H

/* The page's style sheet. */
extern const char html_style[];

#endif
