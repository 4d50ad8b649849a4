/* SPDX-License-Identifier: Apache-2.0 */
/* A data set as a text on the command line:
 *
 *     NAME:DIR                                  a registered set
 *     images=DIR,masks=DIR,table=NAME|FILE      any two folders
 *
 * and behind either, in any order: ,split=NAME ,weight=W ,labels=HOW ,kind=ids|train-ids|polygons
 * ,size=HxW|LxS:keep. A comma that no such word follows belongs to the value before it. */
#ifndef VOLO_APP_TRAIN_SET_TEXT_H
#define VOLO_APP_TRAIN_SET_TEXT_H

#include <volo/train_data.h>

/* Adds the set to config. Errors: ARGUMENT, LIMIT, MEMORY. */
VoloStatus set_text_add(VoloDataConfig *config, VoloDataRole role, const char *text,
                        VoloError *err);

#endif
