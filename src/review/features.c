/* Faces as vectors. */
#include "lookalike/review/features.h"

#include <string.h>

const char *features_name(enum features features)
{
	return features == FEATURES_NEURAL ? "neural" : "geometry";
}

int features_count(enum features features)
{
	return features == FEATURES_NEURAL ? EMBEDDING_COUNT : MEASURE_COUNT;
}

bool features_of(enum features features, const struct session_face *face, float *out)
{
	if (features == FEATURES_NEURAL) {
		if (face->embedding)
			memcpy(out, face->embedding, EMBEDDING_COUNT * sizeof(*out));
		return face->embedding != NULL;
	}
	for (int m = 0; m < MEASURE_COUNT; m++)
		out[m] = (float)face->measures[m];
	return true;
}
