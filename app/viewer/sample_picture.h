/* SPDX-License-Identifier: Apache-2.0 */
/* The picture that comes with the suite. */
#ifndef VOLO_VIEWER_SAMPLE_PICTURE_H
#define VOLO_VIEWER_SAMPLE_PICTURE_H

/* Its path; NULL when it is not there. Static. */
const char *volo_shipped_picture(void);

#endif
